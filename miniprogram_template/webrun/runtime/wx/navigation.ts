/** Pages, their bars, scrolling, pulling down, and what is asked of the page's elements. */
import type { Inside } from '../glass';
import { add, type Host, type Wx } from './api';

export function addNavigation(wx: Wx, { router }: Host): void {
  const face = (): Inside => router.top.face;
  add(wx, {
    navigateTo: ({ url }) => router.navigateTo(url),
    redirectTo: ({ url }) => router.redirectTo(url),
    reLaunch: ({ url }) => router.reLaunch(url),
    switchTab: ({ url }) => router.switchTab(url),
    navigateBack: ({ delta = 1 }) => router.navigateBack(delta),
    setNavigationBarTitle: ({ title }) => {
      router.top.bar.title = title;
      router.update();
    },
    setNavigationBarColor: ({ frontColor, backgroundColor }) => {
      router.top.bar.background = backgroundColor;
      router.top.bar.foreground = frontColor === '#ffffff' ? 'white' : 'black';
      router.update();
    },
    startPullDownRefresh: () => router.top.startPull(),
    stopPullDownRefresh: () => router.top.stopPull(),
    pageScrollTo: ({ scrollTop = 0, selector, offsetTop = 0, duration = 300 }) => {
      const at = selector ? router.top.offsetOf(selector) : scrollTop;
      if (at !== undefined) router.top.scrollTo(at + offsetTop, duration > 0);
    },
  });
  wx.createSelectorQuery = () => face().createSelectorQuery();
  wx.createIntersectionObserver = (component: Inside, options: object) =>
    component.createIntersectionObserver(options);
  wx.createMediaQueryObserver = (component: Inside) => component.createMediaQueryObserver();
}
