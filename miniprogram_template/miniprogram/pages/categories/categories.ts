import { api, type Answer } from '../../utils/api';
import { shopPage, type Loaded } from '../../utils/page';
import { Pager } from '../../utils/pager';
import { paintTabBar } from '../../utils/theme';
import { takeWanted } from './wanted';

type Card = Answer<'get', '/products'>['items'][number];
type Category = Answer<'get', '/categories'>['items'][number];

let pager: Pager<Card> | undefined;

/** Categories above, the products of the chosen one below, 20 at a time. */
shopPage({
  title: 'categories',
  words: ['allProducts', 'noMore'],
  data: {
    categories: [] as Category[],
    chosen: '',
    products: [] as Card[],
    isComplete: false,
  },

  async load(): Promise<Loaded> {
    const { items } = await api.get('/categories');
    const chosen = takeWanted() ?? this.data.chosen;
    this.setData({
      categories: items,
      chosen: items.some(({ id }) => id === chosen) ? chosen : '',
    });
    paintTabBar();
    await this.list();
    return this.data.products.length ? 'ready' : 'empty';
  },

  shown() {
    paintTabBar();
    const wanted = takeWanted();
    if (wanted === undefined || wanted === this.data.chosen) return;
    this.setData({ chosen: wanted });
    void this.reload();
  },

  async choose(event: WechatMiniprogram.TouchEvent): Promise<void> {
    this.setData({ chosen: event.currentTarget.dataset.id as string });
    await this.attempt(() => this.list());
  },

  /** Begin the list of the chosen category. */
  async list(): Promise<void> {
    const category = this.data.chosen || undefined;
    const begun = new Pager<Card>((cursor) =>
      api.get('/products', { query: { category, cursor, limit: 20 } }),
    );
    pager = begun;
    await begun.more();
    if (pager === begun) this.setData({ products: begun.items, isComplete: begun.isComplete });
  },

  async onReachBottom(): Promise<void> {
    const listed = pager;
    if (!listed) return;
    await this.attempt(() => listed.more());
    if (pager === listed) this.setData({ products: listed.items, isComplete: listed.isComplete });
  },
});
