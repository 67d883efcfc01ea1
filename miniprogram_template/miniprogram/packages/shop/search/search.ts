import { api } from '../../../utils/api';
import { shopPage } from '../../../utils/page';
import { go, routes } from '../../../utils/routes';
import { forgetSearches, noteSearch, searches } from './history';

interface Suggestion {
  id: string;
  title: string;
}

const SUGGESTED = 6;
const PAUSE_MS = 300;
const timers = new WeakMap<object, number>();

/** Where one types what to look for: earlier searches, what others look for, products at once. */
shopPage({
  module: 'shop',
  title: 'search',
  words: ['search', 'searchHint', 'searchHistory', 'hotWords', 'clearHistory', 'clearInput'],
  data: {
    q: '',
    history: [] as string[],
    hotWords: [] as string[],
    suggestions: [] as Suggestion[],
  },

  async load(): Promise<void> {
    const { items } = await api.get('/search/hot-words');
    this.setData({ hotWords: items, history: searches() });
  },

  shown(): void {
    this.setData({ history: searches() });
  },

  left(): void {
    clearTimeout(timers.get(this) ?? 0);
  },

  /** Suggest once the person pauses. */
  type(event: WechatMiniprogram.Input): void {
    const q = event.detail.value;
    this.setData({ q });
    clearTimeout(timers.get(this) ?? 0);
    timers.set(
      this,
      setTimeout(() => void this.suggest(q), PAUSE_MS),
    );
  },

  /** Suggestions help; where they cannot be had the person goes on typing. */
  async suggest(q: string): Promise<void> {
    const wanted = q.trim();
    const found = wanted
      ? await api.get('/search', { query: { q: wanted, limit: SUGGESTED } }).catch(() => undefined)
      : undefined;
    if (this.data.q !== q) return;
    this.setData({ suggestions: found?.items.map(({ id, title }) => ({ id, title })) ?? [] });
  },

  submit(): void {
    this.seek(this.data.q);
  },

  again(event: WechatMiniprogram.TouchEvent): void {
    this.seek(event.currentTarget.dataset.q as string);
  },

  open(event: WechatMiniprogram.TouchEvent): void {
    go(routes.product(event.currentTarget.dataset.id as string));
  },

  seek(typed: string): void {
    const q = typed.trim();
    if (!q) return;
    clearTimeout(timers.get(this) ?? 0);
    noteSearch(q);
    go(routes.products({ q }));
  },

  clear(): void {
    clearTimeout(timers.get(this) ?? 0);
    this.setData({ q: '', suggestions: [] });
  },

  forget(): void {
    forgetSearches();
    this.setData({ history: [] });
  },
});
