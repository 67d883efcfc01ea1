import { api, type Answer } from '../../utils/api';
import { beginList, goOnWithList } from '../../utils/listing';
import { shopPage, type Loaded } from '../../utils/page';
import { paintTabBar } from '../../utils/theme';
import { takeWanted } from './wanted';

type Card = Answer<'get', '/products'>['items'][number];
type Category = Answer<'get', '/categories'>['items'][number];

/** Categories on the left, what belongs to them above, the products of the chosen one below. */
shopPage({
  module: 'shop',
  title: 'categories',
  words: ['allProducts', 'noMore', 'searchHint'],
  data: {
    categories: [] as Category[],
    children: [] as Category[],
    /** The chosen category of the first level; empty for all. */
    parent: '',
    /** The chosen one of the second level; empty for all of the first. */
    child: '',
    products: [] as Card[],
    isComplete: false,
  },

  async load(): Promise<Loaded> {
    paintTabBar();
    const { items } = await api.get('/categories');
    this.setData({ categories: items });
    this.choose(takeWanted() ?? this.data.parent, this.data.child);
    await this.list();
    return this.data.products.length || items.length ? 'ready' : 'empty';
  },

  shown(): void {
    paintTabBar();
    const wanted = takeWanted();
    if (wanted === undefined || wanted === this.data.parent) return;
    this.choose(wanted, '');
    void this.turnTo(() => this.list());
  },

  /** Choose what is there; what is gone means all. */
  choose(parent: string, child: string): void {
    const found = this.data.categories.find(({ id }) => id === parent);
    const children = found?.children ?? [];
    const isThere = children.some(({ id }) => id === child);
    this.setData({ parent: found?.id ?? '', children, child: isThere ? child : '' });
  },

  async tapParent(event: WechatMiniprogram.TouchEvent): Promise<void> {
    this.choose(event.currentTarget.dataset.id as string, '');
    await this.turnTo(() => this.list());
    void wx.pageScrollTo({ scrollTop: 0, duration: 0 });
  },

  async tapChild(event: WechatMiniprogram.TouchEvent): Promise<void> {
    this.choose(this.data.parent, event.currentTarget.dataset.id as string);
    await this.turnTo(() => this.list());
  },

  /** Begin the list of what is chosen. */
  async list(): Promise<void> {
    const category = this.data.child || this.data.parent || undefined;
    await beginList<Card>(this, (cursor) =>
      api.get('/products', { query: { category, cursor, limit: 20 } }),
    );
  },

  async onReachBottom(): Promise<void> {
    await this.attempt(() => goOnWithList(this));
  },
});
