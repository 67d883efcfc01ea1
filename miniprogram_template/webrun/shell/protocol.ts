/** What the phone frame and the mini-program inside it know of each other. */

export interface TabView {
  text: string;
  /** An address of its picture; empty where it has none. */
  icon: string;
  badge: string;
  hasDot: boolean;
  isCurrent: boolean;
  colour: string;
}

/** What the frame shows around a page. */
export interface FrameView {
  title: string;
  background: string;
  foreground: string;
  hasOwnBar: boolean;
  canGoBack: boolean;
  tabs: TabView[];
  tabBackground: string;
}

/** What a mini-program offers to the frame. */
export interface Inner {
  back(): void;
  tapTab(index: number): void;
  /** The card of the page's onShareAppMessage; null where the page cannot be shared. */
  share(): { title: string; path: string; imageUrl: string } | null;
  goHome(): void;
  /** The preview's link was renewed: from now on the simulator is found at this path. */
  renew(simulator: string): void;
}

/** What the frame offers to a mini-program. */
export interface Shell {
  attach(inner: Inner): void;
  show(view: FrameView): void;
}

declare global {
  interface Window {
    __shell?: Shell;
  }
}
