import { api } from '../../../utils/api';
import { cartCount, noteCart } from '../../../utils/cart-count';
import type { Claimable } from '../../../utils/coupon';
import { absolute } from '../../../utils/ext';
import { say } from '../../../utils/i18n';
import { shopPage } from '../../../utils/page';
import { noteVisit, recommended } from '../../../utils/recommending';
import { go, routes } from '../../../utils/routes';
import { comparedTo, type Product, type Sku } from '../../../utils/sku';

type Chosen = WechatMiniprogram.CustomEvent<{ sku: Sku; quantity: number }>;

/** One product: its pictures, what it costs, what can be chosen. Query: `id`. */
shopPage({
  module: 'shop',
  words: ['addToCart', 'buyNow', 'choose', 'details', 'home', 'cart', 'soldOut', 'share'],
  data: {
    product: null as Product | null,
    wasMinor: 0,
    /** The description, with pictures that fit. */
    details: '',
    photoAt: 0,
    photoWords: '',
    isChoosing: false,
    chosenLabel: '',
    isAvailable: false,
    isBusy: false,
    cartCount: '',
    /** Coupons to claim that cover it. */
    coupons: [] as Claimable[],
  },

  async load({ id = '', d }) {
    if (!this.data.product) noteVisit(d);
    const product = await api.get('/products/{product_id}', { path: { product_id: id } });
    const isAvailable = product.skus.some(({ available }) => available > 0);
    const details = fitted(product.description_html);
    const wasMinor = comparedTo(product);
    this.setData({ product, wasMinor, details, isAvailable, cartCount: cartCount() });
    this.repaint();
    void this.findCoupons(id);
  },

  /** Coupons can wait, and can be missing. */
  async findCoupons(id: string): Promise<void> {
    const query = { product_id: id };
    const found = await api.get('/coupons', { query }).catch(() => undefined);
    if (found) this.setData({ coupons: found.items });
  },

  /** What is in stock and in the cart may be another now. */
  shown(): void {
    void this.reload();
  },

  repaint() {
    const { product, photoAt } = this.data;
    if (!product) return;
    this.entitle(product.title);
    const of = product.images.length;
    this.setData({ photoWords: of ? say('photo', { at: photoAt + 1, of }) : '' });
  },

  turn(event: WechatMiniprogram.SwiperChange) {
    this.setData({ photoAt: event.detail.current });
    this.repaint();
  },

  /** Look at a picture in full; WeChat lets one turn the pages there. */
  openPhoto() {
    const urls = this.data.product?.images.map(({ url }) => absolute(url)) ?? [];
    void wx.previewImage({ urls, current: urls[this.data.photoAt] });
  },

  choose() {
    this.setData({ isChoosing: true });
  },

  stopChoosing() {
    this.setData({ isChoosing: false });
  },

  /** The sheet names the SKU: show it, and the picture that is its own. */
  chosen({ detail: { sku } }: WechatMiniprogram.CustomEvent<{ sku: Sku | null }>) {
    const images = this.data.product?.images ?? [];
    const own = images.findIndex((image) => sku && image.sku_id === sku.id);
    this.setData({ chosenLabel: sku?.label ?? '', photoAt: own < 0 ? this.data.photoAt : own });
  },

  /** Put it into the cart, once per tap. */
  async toCart({ detail: { sku, quantity } }: Chosen): Promise<void> {
    if (this.data.isBusy) return;
    this.setData({ isBusy: true });
    const body = { sku_id: sku.id, quantity };
    const isDone = await this.attempt(async () => {
      noteCart(await api.post('/cart/lines', { body, isMine: true }));
    });
    this.setData({ isBusy: false, isChoosing: !isDone, cartCount: cartCount() });
    if (isDone) void wx.showToast({ title: say('added') });
  },

  /** Buy just this: the cart stays as it is. */
  toBuy({ detail: { sku, quantity } }: Chosen): void {
    this.setData({ isChoosing: false });
    go(routes.checkout({ sku: sku.id, quantity }));
  },

  goHome() {
    void wx.switchTab({ url: routes.home });
  },

  goCart() {
    void wx.switchTab({ url: routes.cart });
  },

  onShareAppMessage() {
    const { product } = this.data;
    return {
      title: product?.title ?? '',
      path: recommended(product ? routes.product(product.id) : routes.home),
      // Without a picture WeChat takes one of the page.
      imageUrl: absolute(product?.images[0]?.url) || undefined,
    };
  },
});

/** Return a text whose pictures are as wide as the phone at most: WeChat takes them as they are. */
function fitted(html: string): string {
  return html.replace(/<img([^>]*?) src="([^"]*)"/g, (_all, more: string, src: string) => {
    return `<img style="max-width:100%;height:auto"${more} src="${absolute(src)}"`;
  });
}
