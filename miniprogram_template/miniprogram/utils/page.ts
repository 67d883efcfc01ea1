/**
 * What every page has: the shop's look, its words, and the four states around its content.
 * `shopPage({ words, data, load, … })` takes the place of `Page`; see README, "A page".
 */
import { language, pick, say, type Language, type Word } from './i18n';
import { isOn, type Module } from './modules';
import { noLonger, whenBack } from './network';
import { asProblem, tell } from './problem';
import { isInFront } from './routes';
import { offThemeChange, onThemeChange, pageStyle, refreshTheme } from './theme';

/** `ready` shows the content; the others are shown by <state-view>. */
export type Status = 'loading' | 'ready' | 'empty' | 'error' | 'offline' | 'off';

/** How loading ends where it ends well. */
export type Loaded = 'ready' | 'empty';

/** What each page's WXML may use beside its own data. */
export interface PageData {
  status: Status;
  /** A sentence for `error`. */
  problem: string;
  pageStyle: string;
  /** The words that the page named. */
  w: Partial<Record<Word, string>>;
}

interface Common {
  /** Load anew: pull-down, the button of <state-view>, a network that is back. */
  reload(): Promise<void>;
  /** Do something; what goes wrong is said in passing. Returns whether it went well. */
  attempt(deed: () => Promise<unknown>): Promise<boolean>;
  /** Show another list: where it cannot be had the page says so, instead of showing the one before. */
  turnTo(list: () => Promise<unknown>): Promise<void>;
  /** Set the page's title; one that is behind another page gets it when it comes to the front. */
  entitle(title: string): void;
}

type Query = Record<string, string | undefined>;

interface Definition<D extends object> {
  /** The module that the page belongs to: the page is refused where the shop has it off. */
  module?: Module;
  /** The page's title, or none where it sets one itself. */
  title?: Word;
  words: readonly Word[];
  data: D;
  /**
   * Fetch what the page shows: `setData` it, and return `empty` where there is nothing.
   * Thrown problems become the page's state.
   */
  load(query: Query): Promise<Loaded | void>;
  /** Each time the page comes to the front after it was loaded. */
  shown?(): void;
  /** The language or look is another now: build again what holds words. */
  repaint?(): void;
  /** The page is closed: stop what runs by itself. */
  left?(): void;
}

type Self<D extends object, M> = WechatMiniprogram.Page.Instance<D & PageData, M & Common>;
type Rest<D extends object, M> = M & ThisType<Self<D, M & Definition<D>>>;

const COMMON_WORDS: readonly Word[] = [
  'loading', 'retry', 'nothingHere', 'offline', 'offlineHint', 'failed', 'moduleOff', 'home',
]; // prettier-ignore

/** What the wrapper keeps on the page beside its data. */
interface Kept {
  query: Query;
  isLoaded: boolean;
  spoken: Language;
  title: string;
  /** How often another list was asked for. */
  turns: number;
  repaintAll: () => void;
  retry: () => void;
}

/** Register a page of the shop. */
export function shopPage<D extends object, M extends object>(
  definition: Definition<D> & Rest<D, M>,
): void {
  const { module, title, words, data, ...methods } = definition;
  const all = [...COMMON_WORDS, ...words];
  const kept = new WeakMap<object, Kept>();
  const paint = (page: AnyPage): void => {
    page.setData({ pageStyle: pageStyle(), w: pick(all) });
    if (title) page.entitle(say(title));
  };

  Page({
    ...methods,
    data: { status: 'loading', problem: '', pageStyle: pageStyle(), w: pick(all), ...data },

    async onLoad(this: AnyPage, query: Query) {
      const repaintAll = (): void => {
        paint(this);
        this.repaint?.();
      };
      const retry = (): void => void this.reload();
      const decoded = Object.fromEntries(
        Object.entries(query).map(([name, value]) => [name, value && decodeURIComponent(value)]),
      );
      const fresh = { isLoaded: false, spoken: language(), title: '', turns: 0 };
      kept.set(this, { query: decoded, ...fresh, repaintAll, retry });
      onThemeChange(repaintAll);
      paint(this);
      await this.reload();
    },

    onShow(this: AnyPage) {
      const state = kept.get(this);
      if (!state) return;
      if (state.title) void wx.setNavigationBarTitle({ title: state.title });
      if (state.spoken !== language()) {
        state.spoken = language();
        state.repaintAll();
        void this.reload();
      } else if (state.isLoaded) {
        this.shown?.();
      }
    },

    onUnload(this: AnyPage) {
      const state = kept.get(this);
      if (!state) return;
      offThemeChange(state.repaintAll);
      noLonger(state.retry);
      kept.delete(this);
      this.left?.();
    },

    async onPullDownRefresh(this: AnyPage) {
      await this.reload();
      void wx.stopPullDownRefresh();
    },

    async reload(this: AnyPage) {
      const state = kept.get(this);
      if (!state) return;
      if (this.data.status !== 'ready') this.setData({ status: 'loading' });
      try {
        if (module && !(await isOn(module))) {
          this.setData({ status: 'off' });
          return;
        }
        const status = (await this.load(state.query)) ?? 'ready';
        state.isLoaded = true;
        this.setData({ status });
      } catch (error) {
        // A page that was left waits for nothing.
        if (kept.has(this)) fail(this, error, state);
      }
    },

    async turnTo(this: AnyPage, list: () => Promise<unknown>) {
      const state = kept.get(this);
      if (!state) return;
      state.turns += 1;
      const mine = state.turns;
      try {
        await list();
      } catch (error) {
        if (state.turns !== mine || !kept.has(this)) return;
        this.setData({ status: 'loading' }); // what was shown is no answer
        fail(this, error, state);
      }
    },

    entitle(this: AnyPage, title: string) {
      const state = kept.get(this);
      if (state) state.title = title;
      // WeChat gives the title to whatever page is in front.
      if (isInFront(this)) void wx.setNavigationBarTitle({ title });
    },

    async attempt(deed: () => Promise<unknown>) {
      try {
        await deed();
        return true;
      } catch (error) {
        tell(error);
        return false;
      }
    },
  });
}

// Page's own types are generic over its fields, which only `definition` knows.
type AnyPage = WechatMiniprogram.Page.Instance<PageData, Common & Definition<object>> & {
  left?: () => void;
};

/** Show what went wrong; what was shown before stays, with a word in passing. */
function fail(page: AnyPage, error: unknown, { retry }: Kept): void {
  const problem = asProblem(error);
  if (problem.isOffline) whenBack(retry);
  if (problem.code === 'module_off') {
    // It was closed since the look was heard: there is nothing to go on with.
    page.setData({ status: 'off' });
    void refreshTheme();
    return;
  }
  if (page.data.status === 'ready') tell(problem);
  else page.setData({ status: problem.isOffline ? 'offline' : 'error', problem: problem.sentence });
}
