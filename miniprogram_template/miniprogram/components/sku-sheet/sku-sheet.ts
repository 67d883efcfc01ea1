import { pick, say, type Word } from '../../utils/i18n';
import {
  comparedTo, only, open, resolve, specViews, toggle, valuesOf, type Chosen, type Product, type Sku, type SpecView,
} from '../../utils/sku'; // prettier-ignore

const WORDS: readonly Word[] = [
  'addToCart', 'buyNow', 'choose', 'quantity', 'close', 'confirmChoice',
]; // prettier-ignore

/**
 * Choose one SKU and how many: a sheet from below. `bind:cart` and `bind:buy` get {sku, quantity},
 * `bind:chosen` {sku}, null while a spec is open. With `deed` "replace" only the options are chosen:
 * `bind:replace` gets {sku}.
 */
Component({
  properties: {
    visible: { type: Boolean, value: false },
    product: { type: Object, value: null as unknown as object },
    /** The id of the SKU that is chosen when the sheet opens; empty for none. */
    sku: { type: String, value: '' },
    /** `buy`, or `replace`. */
    deed: { type: String, value: 'buy' },
  },
  data: {
    w: {} as Partial<Record<Word, string>>,
    specs: [] as SpecView[],
    chosen: {} as Chosen,
    found: null as Sku | null,
    quantity: 1,
    most: 99,
    photo: '',
    summary: '',
    currency: 'CNY',
    priceMinor: 0,
    maxPriceMinor: 0,
    wasMinor: 0,
  },
  observers: {
    'product, sku'(product: Product | null, sku: string) {
      // A product that is looked at again keeps what was chosen.
      const chosen = sku || (this.data.found?.id ?? '');
      if (product?.skus) this.choose(valuesOf(product, chosen) ?? only(product));
    },
  },
  lifetimes: {
    attached() {
      this.setData({ w: pick(WORDS) });
    },
  },
  pageLifetimes: {
    // Another language may have been chosen.
    show() {
      this.setData({ w: pick(WORDS) });
    },
  },
  methods: {
    choose(chosen: Chosen) {
      const product = this.data.product as Product;
      const sku = resolve(product, chosen) ?? null;
      const most = Math.min(99, sku?.available ?? 99);
      const photo = product.images.find((image) => sku && image.sku_id === sku.id);
      this.setData({
        chosen,
        found: sku,
        currency: product.currency,
        most: Math.max(1, most),
        specs: specViews(product, chosen),
        quantity: Math.max(1, Math.min(this.data.quantity, most)),
        photo: (photo ?? product.images[0])?.small_url ?? '',
        priceMinor: sku ? sku.price_minor : product.price_minor,
        maxPriceMinor: sku ? sku.price_minor : product.max_price_minor,
        wasMinor: sku ? (sku.compare_price_minor ?? 0) : comparedTo(product),
        summary: summaryOf(product, chosen, sku),
      });
    },
    tapValue(event: WechatMiniprogram.TouchEvent) {
      const { spec, value } = event.currentTarget.dataset as { spec: string; value: string };
      const product = this.data.product as Product;
      this.choose(toggle(product, this.data.chosen, spec, value));
      this.triggerEvent('chosen', { sku: this.data.found });
    },
    changeQuantity(event: WechatMiniprogram.CustomEvent<{ value: number }>) {
      this.setData({ quantity: event.detail.value });
    },
    toCart() {
      this.done('cart');
    },
    toBuy() {
      this.done('buy');
    },
    toReplace() {
      this.done('replace');
    },
    done(what: 'cart' | 'buy' | 'replace') {
      const { found: sku, quantity } = this.data;
      if (sku && sku.available > 0) {
        this.triggerEvent(what, { sku, quantity });
        return;
      }
      const product = this.data.product as Product;
      const missing = open(product, this.data.chosen);
      const title = missing ? say('chooseFirst', { name: missing.name }) : say('soldOut');
      void wx.showToast({ title, icon: 'none' });
    },
    close() {
      this.triggerEvent('close');
    },
  },
});

/** Return the line under the price: what is chosen and left, or what is still to choose. */
function summaryOf(product: Product, chosen: Chosen, sku: Sku | null): string {
  const missing = open(product, chosen);
  if (missing) return `${say('choose')} ${missing.name}`;
  if (!sku || sku.available <= 0) return say('soldOut');
  const left = say('stockLeft', { count: sku.available });
  return sku.label ? `${sku.label} · ${left}` : left;
}
