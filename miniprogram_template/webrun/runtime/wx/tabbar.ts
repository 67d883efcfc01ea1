/** The tab bar: words, badges, colours. */
import { add, type Host, type Wx } from './api';

export function addTabBar(wx: Wx, { router }: Host): void {
  add(wx, {
    setTabBarItem: ({ index, text }) => {
      if (text !== undefined) router.changeTab(index, { text });
    },
    setTabBarBadge: ({ index, text }) => router.changeTab(index, { badge: text, dot: false }),
    removeTabBarBadge: ({ index }) => router.changeTab(index, { badge: '' }),
    showTabBarRedDot: ({ index }) => router.changeTab(index, { dot: true, badge: '' }),
    hideTabBarRedDot: ({ index }) => router.changeTab(index, { dot: false }),
    setTabBarStyle: ({ color, selectedColor, backgroundColor }) => {
      const wanted = Object.entries({ color, selectedColor, backgroundColor });
      router.styleTabs(Object.fromEntries(wanted.filter(([, value]) => value !== undefined)));
    },
    showTabBar: () => router.showTabBar(true),
    hideTabBar: () => router.showTabBar(false),
  });
}
