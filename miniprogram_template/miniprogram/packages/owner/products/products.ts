import { say } from '../../../utils/i18n';
import { shopPage } from '../../../utils/page';
import { Pager } from '../../../utils/pager';
import { go, routes } from '../../../utils/routes';
import { staff, type StaffAnswer } from '../staff';
import { saleWord } from '../sale';

type Product = StaffAnswer<'get', '/products'>['items'][number];
type Tap = WechatMiniprogram.TouchEvent;

interface ProductView extends Product {
  stateWord: string;
  stock: string;
}

const pagers = new WeakMap<object, Pager<Product>>();

/** All products, also those that customers do not see, the newest first, 20 at a time. */
shopPage({
  module: 'owner',
  title: 'goods',
  words: ['findGoods', 'search', 'noGoods', 'nothingFound', 'noMore'],
  data: {
    q: '',
    asked: '',
    products: [] as ProductView[],
    isComplete: false,
    opened: '',
  },

  async load(): Promise<void> {
    await this.list();
  },

  /** What was opened may be another now. */
  shown(): void {
    if (!this.data.opened) return;
    this.setData({ opened: '' });
    void this.attempt(() => this.list());
  },

  repaint(): void {
    this.setData({ products: this.data.products.map(view) });
  },

  type(event: WechatMiniprogram.Input): void {
    this.setData({ q: event.detail.value });
  },

  async find(): Promise<void> {
    await this.turnTo(() => this.list());
  },

  async list(): Promise<void> {
    const q = this.data.q.trim();
    const begun: Pager<Product> = new Pager((cursor) =>
      staff.get('/products', { query: { q, cursor, limit: 20 } }),
    );
    pagers.set(this, begun);
    await begun.more();
    if (pagers.get(this) === begun) this.setData({ asked: q });
    this.show(begun);
  },

  async onReachBottom(): Promise<void> {
    const listed = pagers.get(this);
    if (!listed || listed.isComplete) return;
    if (await this.attempt(() => listed.more())) this.show(listed);
  },

  show(listed: Pager<Product>): void {
    if (pagers.get(this) !== listed) return;
    this.setData({ products: listed.items.map(view), isComplete: listed.isComplete });
  },

  open(event: Tap): void {
    const opened = event.currentTarget.dataset.id as string;
    this.setData({ opened });
    go(routes.staffProduct(opened));
  },
});

function view(product: Product): ProductView {
  return {
    ...product,
    stateWord: saleWord(product.state),
    stock: say('inStock', { count: product.available }),
  };
}
