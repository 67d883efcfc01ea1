import { say } from '../../../utils/i18n';
import { parts, typed } from '../../../utils/money';
import { shopPage } from '../../../utils/page';
import { asProblem, tell } from '../../../utils/problem';
import { isManager, staff, type StaffAnswer } from '../staff';
import { saleWord } from '../sale';

type Product = StaffAnswer<'get', '/products/{product_id}'>;
type Typing = WechatMiniprogram.Input<object, { at: number }>;

interface SkuView {
  id: string;
  label: string;
  /** As typed. */
  price: string;
  stock: string;
  held: string;
  priceLabel: string;
  stockLabel: string;
  priceWrong: string;
  stockWrong: string;
}

const MOST_ON_HAND = 1_000_000_000;

/** One product: on or off sale, and the price and stock of each SKU. Query: `id`. */
shopPage({
  module: 'owner',
  title: 'goods',
  words: ['price', 'onHand', 'save', 'putOnSale', 'takeOffSale', 'onlyManagers'],
  data: {
    product: null as Product | null,
    stateWord: '',
    skus: [] as SkuView[],
    isManager: true,
    isBusy: false,
  },

  async load({ id = '' }): Promise<void> {
    this.show(await staff.get('/products/{product_id}', { path: { product_id: id } }));
    this.setData({ isManager: isManager() });
  },

  repaint(): void {
    if (this.data.product) this.show(this.data.product);
  },

  show(product: Product): void {
    const skus = product.skus.filter(({ state }) => state === 'active');
    this.setData({
      product,
      stateWord: saleWord(product.state),
      skus: skus.map((sku) => skuView(sku, product.currency)),
    });
  },

  typePrice(event: Typing): void {
    const { at } = event.currentTarget.dataset;
    this.setData({ [`skus[${at}].price`]: event.detail.value, [`skus[${at}].priceWrong`]: '' });
  },

  typeStock(event: Typing): void {
    const { at } = event.currentTarget.dataset;
    this.setData({ [`skus[${at}].stock`]: event.detail.value, [`skus[${at}].stockWrong`]: '' });
  },

  /** On sale or off it. */
  async turn(): Promise<void> {
    const { product, isBusy } = this.data;
    if (!product || isBusy) return;
    const path = { product_id: product.id };
    const isOn = product.state === 'on_sale';
    this.setData({ isBusy: true });
    await this.attempt(async () => {
      const now = isOn
        ? await staff.post('/products/{product_id}/hide', { path })
        : await staff.post('/products/{product_id}/publish', { path });
      this.show(now);
      void wx.showToast({ title: say(isOn ? 'offSaleNow' : 'onSaleNow'), icon: 'none' });
    });
    this.setData({ isBusy: false });
  },

  /** Save what differs: prices in one step, then each count for the number that was seen. */
  async save(): Promise<void> {
    const { product, isBusy } = this.data;
    if (!product || isBusy || !this.isFit(product)) return;
    this.setData({ isBusy: true });
    try {
      await savePrices(product, this.data.skus);
      await saveCounts(product, this.data.skus);
      void wx.showToast({ title: say('savedNow') });
    } catch (error) {
      const problem = asProblem(error);
      if (problem.status === 412) {
        void wx.showToast({ title: say('changedElsewhere'), icon: 'none' });
      } else {
        tell(problem);
      }
      if (problem.isOffline) {
        this.setData({ isBusy: false });
        return; // what was typed stays
      }
    }
    this.setData({ isBusy: false });
    await this.reload();
  },

  /** Check what was typed; say what does not fit beside its field. */
  isFit({ currency }: Product): boolean {
    const skus = this.data.skus.map((sku) => ({
      ...sku,
      priceWrong: typed(sku.price, currency) === undefined ? say('priceWrong') : '',
      stockWrong: whole(sku.stock) === undefined ? say('stockWrong') : '',
    }));
    this.setData({ skus });
    return skus.every(({ priceWrong, stockWrong }) => !priceWrong && !stockWrong);
  },
});

async function savePrices(product: Product, skus: readonly SkuView[]): Promise<void> {
  const prices = skus.flatMap(({ id, price }) => {
    const [before, wanted] = [skuOf(product, id).price_minor, typed(price, product.currency)];
    return wanted === undefined || wanted === before ? [] : [{ sku_id: id, price_minor: wanted }];
  });
  if (!prices.length) return;
  const path = { product_id: product.id };
  const { version } = product;
  await staff.patch('/products/{product_id}/prices', { path, version, body: { prices } });
}

async function saveCounts(product: Product, skus: readonly SkuView[]): Promise<void> {
  for (const { id, stock } of skus) {
    const [seen_on_hand, on_hand] = [skuOf(product, id).on_hand, whole(stock)];
    if (on_hand === undefined || on_hand === seen_on_hand) continue;
    const body = { on_hand, seen_on_hand, reason: say('stockReason') };
    await staff.post('/stock/{sku_id}/adjust', { path: { sku_id: id }, body });
  }
}

function skuOf(product: Product, id: string): Product['skus'][number] {
  return product.skus.find((sku) => sku.id === id)!;
}

function whole(text: string): number | undefined {
  const value = /^\d{1,10}$/.test(text.trim()) ? Number(text) : NaN;
  return value <= MOST_ON_HAND ? value : undefined;
}

function skuView(sku: Product['skus'][number], currency: string): SkuView {
  const { whole: units, fraction } = parts(sku.price_minor, currency);
  const { label } = sku;
  return {
    id: sku.id,
    label,
    price: units.replace(/,/g, '') + fraction,
    stock: String(sku.on_hand),
    held: sku.reserved ? say('heldByOrders', { count: sku.reserved }) : '',
    priceLabel: `${say('price')} ${label}`.trim(),
    stockLabel: `${say('onHand')} ${label}`.trim(),
    priceWrong: '',
    stockWrong: '',
  };
}
