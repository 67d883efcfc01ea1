import { api, type Answer } from '../../../utils/api';
import { forgetCart } from '../../../utils/cart-count';
import { takeChosenAddress } from '../../../utils/chosen-address';
import { say } from '../../../utils/i18n';
import { money } from '../../../utils/money';
import { shopPage } from '../../../utils/page';
import { asProblem, Problem, tell } from '../../../utils/problem';
import { back, go, routes } from '../../../utils/routes';
import { collector, keepCollector, missing, type Collector } from './collecting';
import { keyFor } from './once';

type Preview = Answer<'post', '/checkout/preview'>;
type Address = Answer<'get', '/addresses'>['items'][number];
type Point = Answer<'get', '/pickup-points'>['items'][number];
type Tap = WechatMiniprogram.TouchEvent;

/** What an order consists of: one SKU, or what is ticked in the cart. */
interface Wanted {
  from_cart: boolean;
  lines?: { sku_id: string; quantity: number }[];
}

/** What is asked for its price. */
interface Wish extends Wanted {
  pickup_point_id?: string;
  address_id?: string;
  best_coupon: boolean;
  member_coupon_id: string | null;
}

const COUPON_GONE = new Set(['coupon_unknown', 'coupon_unfit', 'coupon_taken']);
const UNBUYABLE = new Set(['nothing_to_buy', 'sku_not_for_sale', 'stock_ran_out']);
const POINT_GONE = new Set(['pickup_point_gone', 'pickup_not_offered']);

/** The last look before an order: where to, what, how much; every figure is the API's. */
shopPage({
  module: 'shop',
  title: 'checkout',
  words: [
    'addAddress', 'changeAddress', 'goodsTotal', 'freight', 'freeFreight', 'remark', 'remarkHint',
    'toPay', 'submitOrder', 'cannotBuy', 'back', 'howToGet', 'byCourier', 'fetchIt', 'pickupName',
    'phoneNumber',
  ], // prettier-ignore
  data: {
    wanted: { from_cart: true } as Wanted,
    preview: null as Preview | null,
    address: null as Address | null,
    addressLine: '',
    /** Where it can be fetched; none: the shop only sends, and nothing is asked. */
    points: [] as Point[],
    /** The point where it is fetched; empty: it is sent. */
    pointId: '',
    who: { recipient: '', phone: '' } as Collector,
    remark: '',
    /** The coupon that was chosen: an id, empty for none; null leaves it to the shop: the best. */
    coupon: null as string | null,
    /** Why nothing can be ordered; empty where it can. */
    blocked: '',
    isBusy: false,
  },

  async load({ sku, quantity }): Promise<void> {
    const wanted: Wanted = sku
      ? { from_cart: false, lines: [{ sku_id: sku, quantity: Number(quantity) || 1 }] }
      : { from_cart: true };
    this.setData({ wanted });
    await Promise.all([this.findAddress(), this.findPoints()]);
    this.setData({ who: collector(this.data.address) });
    await this.price();
  },

  shown(): void {
    void this.attempt(async () => {
      await this.findAddress();
      await this.price();
    });
  },

  /** The address that was chosen, the one shown before while it is there, else the default. */
  async findAddress(): Promise<void> {
    const { items } = await api.get('/addresses', { isMine: true });
    const wanted = takeChosenAddress() ?? this.data.address?.id;
    const address = items.find(({ id }) => id === wanted) ?? items[0] ?? null;
    const parts = address && [address.province, address.city, address.district, address.street];
    this.setData({ address, addressLine: parts?.filter(Boolean).join(' ') ?? '' });
  },

  /** Ask where it can be fetched; a choice that is no longer there falls to the first, or none. */
  async findPoints(): Promise<void> {
    const { items } = await api.get('/pickup-points');
    const isThere = items.some(({ id }) => id === this.data.pointId);
    const pointId = this.data.pointId && !isThere ? (items[0]?.id ?? '') : this.data.pointId;
    this.setData({ points: items, pointId });
  },

  /** What is chosen now, as the API is asked for its price. */
  wish(): Wish {
    const { wanted, pointId, address, coupon } = this.data;
    const to = pointId ? { pickup_point_id: pointId } : { address_id: address?.id };
    return { ...wanted, ...to, best_coupon: coupon === null, member_coupon_id: coupon || null };
  },

  /** Ask what it costs now; an answer about what was chosen before is passed over. */
  async price(): Promise<void> {
    const body = this.wish();
    const isOld = (): boolean => JSON.stringify(this.wish()) !== JSON.stringify(body);
    try {
      const preview = await api.post('/checkout/preview', { body, isMine: true });
      if (!isOld()) this.setData({ preview, blocked: '' });
    } catch (error) {
      if (isOld()) return;
      const problem = asProblem(error);
      if (POINT_GONE.has(problem.code)) {
        tell(problem);
        await this.findPoints();
        await this.price();
        return;
      }
      if (COUPON_GONE.has(problem.code) && body.member_coupon_id) {
        this.setData({ coupon: null });
        await this.price();
        return;
      }
      if (!UNBUYABLE.has(problem.code)) throw problem;
      this.setData({ preview: null, blocked: whyNot(problem) });
    }
  },

  /** Make the total with another coupon, or with none. */
  async chooseCoupon({ detail }: WechatMiniprogram.CustomEvent<{ id: string }>): Promise<void> {
    this.setData({ coupon: detail.id });
    await this.attempt(() => this.price());
  },

  chooseAddress(): void {
    go(routes.chooseAddress);
  },

  /** Have it sent (no id), or fetch it at this point. */
  async choosePoint(event: Tap): Promise<void> {
    const { id } = event.currentTarget.dataset as { id?: string };
    const pointId = id ?? '';
    if (pointId === this.data.pointId) return;
    this.setData({ pointId });
    await this.attempt(() => this.price());
  },

  fetchIt(): void {
    const [first] = this.data.points;
    if (this.data.pointId || !first) return;
    this.setData({ pointId: first.id });
    void this.attempt(() => this.price());
  },

  typeWho(event: WechatMiniprogram.Input): void {
    const { field } = event.currentTarget.dataset as { field: keyof Collector };
    this.setData({ who: { ...this.data.who, [field]: event.detail.value } });
  },

  typeRemark(event: WechatMiniprogram.Input): void {
    this.setData({ remark: event.detail.value });
  },

  leave(): void {
    if (getCurrentPages().length > 1) back();
    else void wx.switchTab({ url: routes.cart });
  },

  /** Order what is shown, at the total that is shown; then pay. */
  async submit(): Promise<void> {
    const { preview, address, pointId, who, wanted, remark, isBusy } = this.data;
    if (isBusy || !preview) return;
    const lacks = pointId ? missing(who) : address ? '' : 'addressFirst';
    if (lacks) {
      void wx.showToast({ title: say(lacks), icon: 'none' });
      return;
    }
    const by = { recipient: who.recipient.trim(), phone: who.phone.trim() };
    if (pointId) keepCollector(by);
    const to = pointId ? { pickup: { point_id: pointId, ...by } } : { address_id: address?.id };
    const body = {
      ...wanted,
      ...to,
      remark,
      member_coupon_id: preview.member_coupon_id,
      expected_total_minor: preview.total_minor,
    };
    this.setData({ isBusy: true });
    try {
      const idempotencyKey = keyFor(this, body);
      const { id, state } = await api.post('/orders', { body, idempotencyKey, isMine: true });
      forgetCart();
      void wx.redirectTo({ url: routes.result(id, state === 'unpaid') });
    } catch (error) {
      await this.refused(asProblem(error), preview);
      this.setData({ isBusy: false });
    }
  },

  /** Nothing was ordered, or no answer came: say which, and show what is true now. */
  async refused(problem: Problem, before: Preview): Promise<void> {
    if (problem.isOffline) {
      void wx.showToast({ title: say('orderAgainSafe'), icon: 'none', duration: 3000 });
      return;
    }
    if (POINT_GONE.has(problem.code)) {
      await this.attempt(() => this.price()); // which says so, and asks for another point
      return;
    }
    const isCoupon = COUPON_GONE.has(problem.code);
    if (isCoupon) this.setData({ coupon: null });
    const isStale = problem.code === 'price_changed' || isCoupon || UNBUYABLE.has(problem.code);
    if (!isStale) {
      tell(problem);
      return;
    }
    if (!(await this.attempt(() => this.price()))) return;
    const { preview } = this.data;
    await wx.showModal({
      title: say('changedTitle'),
      content: preview ? difference(before, preview) : this.data.blocked,
      showCancel: false,
      confirmText: say('gotIt'),
    });
  },
});

/** A cart of which nothing is left refuses as an empty one does: the person did choose something. */
function whyNot({ code, sentence }: Problem): string {
  return code === 'nothing_to_buy' ? say('allGone') : sentence;
}

/** Say what is another now: what fell away, and the total. */
function difference(before: Preview, after: Preview): string {
  const there = new Set(after.lines.map(({ sku_id }) => sku_id));
  const gone = before.lines.filter(({ sku_id }) => !there.has(sku_id));
  const names = gone.map(({ title, label }) => [title, label].filter(Boolean).join(' ')).join('、');
  const total = say('changedTotal', {
    before: money(before.total_minor, before.currency),
    after: money(after.total_minor, after.currency),
  });
  return gone.length ? `${say('changedGone', { names })}\n${total}` : total;
}
