import { api, type Answer } from '../../../utils/api';
import { say } from '../../../utils/i18n';
import { beginList, goOnWithList } from '../../../utils/listing';
import { typed } from '../../../utils/money';
import { shopPage } from '../../../utils/page';
import { routes } from '../../../utils/routes';
import { loadTheme, theme } from '../../../utils/theme';

type Card = Answer<'get', '/products'>['items'][number];
type Sort = 'newest' | 'price_asc' | 'price_desc';

interface Filter {
  category: string;
  /** As typed, in whole units. */
  from: string;
  to: string;
  inStock: boolean;
}

interface Choice {
  id: string;
  name: string;
}

const NONE: Filter = { category: '', from: '', to: '', inStock: false };

/** What is on sale, or what a search found: sorted, narrowed, 20 at a time. Query: `q`, `category`. */
shopPage({
  module: 'shop',
  words: [
    'sortNewest', 'sortPrice', 'filter', 'category', 'allProducts', 'priceRange', 'priceFrom',
    'priceTo', 'inStockOnly', 'reset', 'apply', 'close', 'noMore', 'nothingFound', 'lookAround',
  ], // prettier-ignore
  data: {
    q: '',
    sort: 'newest' as Sort,
    priceLabel: '',
    filter: NONE,
    /** What is being chosen in the sheet. */
    draft: { ...NONE },
    isFiltering: false,
    isNarrowed: false,
    filterLabel: '',
    choices: [] as Choice[],
    currency: '',
    products: [] as Card[],
    isComplete: false,
  },

  async load({ q = '', category }): Promise<void> {
    const { currency } = theme() ?? (await loadTheme());
    const isFirst = this.data.currency === '';
    const filter = isFirst && category ? { ...NONE, category } : this.data.filter;
    this.setData({ q, currency, filter });
    this.repaint();
    await Promise.all([this.list(), this.loadChoices()]);
    this.repaint();
  },

  repaint(): void {
    const { q, sort, filter, choices } = this.data;
    const name = choices.find(({ id }) => id === filter.category)?.name;
    this.entitle(q || name || say('allProducts'));
    const isNarrowed = JSON.stringify(filter) !== JSON.stringify(NONE);
    const direction = { newest: '', price_asc: say('lowFirst'), price_desc: say('highFirst') }[
      sort
    ];
    this.setData({
      isNarrowed,
      priceLabel: `${say('sortPrice')} ${direction}`,
      filterLabel: say(isNarrowed ? 'filterOn' : 'filter'),
    });
  },

  async loadChoices(): Promise<void> {
    const { items } = await api.get('/categories');
    const choices = items.flatMap(({ id, name, children }) => [
      { id, name },
      ...children.map((child) => ({ id: child.id, name: `${name} · ${child.name}` })),
    ]);
    this.setData({ choices });
  },

  async list(): Promise<void> {
    const { q, sort, filter, currency } = this.data;
    const asked = {
      sort,
      category: filter.category || undefined,
      min_price_minor: typed(filter.from, currency),
      max_price_minor: typed(filter.to, currency),
      in_stock: filter.inStock || undefined,
      limit: 20,
    };
    await beginList<Card>(this, (cursor) =>
      q
        ? api.get('/search', { query: { ...asked, q, cursor } })
        : api.get('/products', { query: { ...asked, cursor } }),
    );
  },

  /** The list as it is asked for now, from its top. */
  async again(): Promise<void> {
    this.repaint();
    await this.turnTo(() => this.list());
    void wx.pageScrollTo({ scrollTop: 0, duration: 0 });
  },

  async onReachBottom(): Promise<void> {
    await this.attempt(() => goOnWithList(this));
  },

  async sortNewest(): Promise<void> {
    this.setData({ sort: 'newest' });
    await this.again();
  },

  async sortPrice(): Promise<void> {
    this.setData({ sort: this.data.sort === 'price_asc' ? 'price_desc' : 'price_asc' });
    await this.again();
  },

  lookAround(): void {
    void wx.switchTab({ url: routes.home });
  },

  openFilter(): void {
    this.setData({ isFiltering: true, draft: { ...this.data.filter } });
  },

  closeFilter(): void {
    this.setData({ isFiltering: false });
  },

  chooseCategory(event: WechatMiniprogram.TouchEvent): void {
    this.setData({ 'draft.category': event.currentTarget.dataset.id as string });
  },

  typeFrom(event: WechatMiniprogram.Input): void {
    this.setData({ 'draft.from': event.detail.value });
  },

  typeTo(event: WechatMiniprogram.Input): void {
    this.setData({ 'draft.to': event.detail.value });
  },

  switchStock(): void {
    this.setData({ 'draft.inStock': !this.data.draft.inStock });
  },

  reset(): void {
    this.setData({ draft: { ...NONE } });
  },

  async applyFilter(): Promise<void> {
    this.setData({ filter: { ...this.data.draft }, isFiltering: false });
    await this.again();
  },
});
