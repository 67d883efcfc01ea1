/** The page stack, with WeChat's rules; tab pages stay alive while others come and go. */
import type { Components } from './components';
import type { Built } from './config';
import type { Shell, TabView } from '../shell/protocol';
import { Page } from './page';

const DEEPEST = 10;

interface Tab {
  is: string;
  text: string;
  icon: string;
  openIcon: string;
  badge?: string;
  dot?: boolean;
}

export interface TabStyle {
  color?: string;
  selectedColor?: string;
  backgroundColor?: string;
}

/** A navigation that WeChat would refuse; its `errMsg` is WeChat's. */
export class NavigationRefused extends Error {
  constructor(readonly errMsg: string) {
    super(errMsg);
  }
}

export class Router {
  private stack: Page[] = [];
  private readonly kept = new Map<string, Page>();
  readonly tabs: Tab[];
  private readonly tabStyle: TabStyle;
  private isTabBarShown = true;

  constructor(
    private readonly built: Built,
    private readonly components: Components,
    private readonly shell: Shell | undefined,
  ) {
    const { list = [], ...style } = built.app.tabBar ?? { list: [] };
    this.tabs = list.map(({ pagePath, text, iconPath = '', selectedIconPath = '' }) => {
      return { is: pagePath, text, icon: iconPath, openIcon: selectedIconPath };
    });
    this.tabStyle = style as TabStyle;
  }

  get pages(): readonly Page[] {
    return this.stack;
  }

  get top(): Page {
    return this.stack[this.stack.length - 1];
  }

  navigateTo(url: string): void {
    const { is, query } = this.resolve(url);
    if (this.isTab(is)) throw this.refused('navigateTo', 'can not navigateTo a tabbar page');
    if (this.stack.length >= DEEPEST)
      throw this.refused('navigateTo', 'webview count limit exceed');
    this.demandPage('navigateTo', is);
    this.top?.hide();
    this.open(is, query);
  }

  redirectTo(url: string): void {
    const { is, query } = this.resolve(url);
    if (this.isTab(is)) throw this.refused('redirectTo', 'can not redirectTo a tabbar page');
    this.demandPage('redirectTo', is);
    this.leave(this.stack.pop());
    this.open(is, query);
  }

  reLaunch(url: string): void {
    const { is, query } = this.resolve(url);
    this.demandPage('reLaunch', is);
    for (const page of [...this.stack].reverse()) if (!this.kept.has(page.is)) page.close();
    for (const page of this.kept.values()) page.close();
    this.kept.clear();
    this.stack = [];
    this.open(is, query);
  }

  switchTab(url: string): void {
    const { is } = this.resolve(url);
    if (!this.isTab(is)) throw this.refused('switchTab', 'can not switch to no-tabBar page');
    if (this.top?.is === is) return;
    while (this.stack.length) this.leave(this.stack.pop());
    const known = this.kept.get(is);
    if (!known) {
      this.open(is, '');
      return;
    }
    this.stack.push(known);
    known.show();
    this.update();
  }

  navigateBack(delta: number): void {
    if (this.stack.length < 2)
      throw this.refused('navigateBack', 'cannot navigate back at first page');
    for (let n = 0; n < delta && this.stack.length > 1; n += 1) this.stack.pop()?.close();
    this.top.show();
    this.update();
  }

  /** The visitor taps a tab. */
  tapTab(index: number): void {
    const { is, text } = this.tabs[index];
    this.switchTab(`/${is}`);
    this.top.tell('onTabItemTap', { index, pagePath: is, text });
  }

  changeTab(index: number, change: Partial<Tab>): void {
    if (!this.tabs[index]) throw new NavigationRefused('setTabBarItem:fail invalid index');
    Object.assign(this.tabs[index], change);
    this.update();
  }

  styleTabs(style: TabStyle): void {
    Object.assign(this.tabStyle, style);
    this.update();
  }

  showTabBar(isShown: boolean): void {
    this.isTabBarShown = isShown;
    this.update();
  }

  /** Tell the frame around us what to show, and the address where we are. */
  update(): void {
    const page = this.top;
    history.replaceState(null, '', `#/${page.is}${page.query ? `?${page.query}` : ''}`);
    document.body.dataset.page = page.is;
    const settings = { ...this.built.app.window, ...page.settings } as Record<string, unknown>;
    this.shell?.show({
      title: page.bar.title ?? String(settings.navigationBarTitleText ?? ''),
      background: page.bar.background ?? String(settings.navigationBarBackgroundColor ?? '#000000'),
      foreground: page.bar.foreground ?? String(settings.navigationBarTextStyle ?? 'white'),
      hasOwnBar: settings.navigationStyle === 'custom',
      canGoBack: this.stack.length > 1,
      tabs: this.isTab(page.is) && this.isTabBarShown ? this.tabViews(page.is) : [],
      tabBackground: this.tabStyle.backgroundColor ?? '#ffffff',
    });
  }

  private tabViews(current: string): TabView[] {
    const { color = '#666666', selectedColor = '#000000' } = this.tabStyle;
    return this.tabs.map((tab) => ({
      text: tab.text,
      icon: tab.is === current ? tab.openIcon : tab.icon,
      badge: tab.badge ?? '',
      hasDot: tab.dot ?? false,
      isCurrent: tab.is === current,
      colour: tab.is === current ? selectedColor : color,
    }));
  }

  private open(is: string, query: string): void {
    const settings = this.built.components[is]?.json ?? {};
    const page = new Page(is, query, settings, this.components.createPage(is));
    this.stack.push(page);
    if (this.isTab(is)) this.kept.set(is, page);
    this.update();
    page.open();
  }

  private leave(page: Page | undefined): void {
    if (!page) return;
    if (this.kept.has(page.is)) page.hide();
    else page.close();
  }

  private isTab(is: string): boolean {
    return this.tabs.some((tab) => tab.is === is);
  }

  private demandPage(verb: string, is: string): void {
    if (!this.built.pages.includes(is)) throw this.refused(verb, `page "${is}" is not found`);
  }

  private refused(verb: string, why: string): NavigationRefused {
    return new NavigationRefused(`${verb}:fail ${why}`);
  }

  private resolve(url: string): { is: string; query: string } {
    const [place, query = ''] = url.split('?');
    const base = `http://page/${this.top?.is ?? ''}`;
    return { is: new URL(place, base).pathname.slice(1), query };
  }
}
