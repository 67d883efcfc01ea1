import { api } from '../../../utils/api';
import { moment, until } from '../../../utils/dates';
import { say, type Word } from '../../../utils/i18n';
import {
  buyAgain, carrierName, confirmReceipt, isRefundable, isSure, requestWord, stateWord, timeline,
  type AfterSale, type Event, type Order,
} from '../../../utils/order'; // prettier-ignore
import { shopPage } from '../../../utils/page';
import { copy } from '../../../utils/privacy';
import { go, routes } from '../../../utils/routes';

type Tap = WechatMiniprogram.TouchEvent;

interface ParcelView {
  id: string;
  heading: string;
  carrier: string;
  number: string;
  copyLabel: string;
  contents: { id: string; words: string }[];
}

const HINTS: Record<string, Word> = {
  paid: 'preparing',
  shipped: 'onItsWay',
  completed: 'thanks',
  cancelled: 'closedHint',
  refunded: 'wentBack',
};
const PICKUP_HINTS: Record<string, Word> = { paid: 'preparingPickup', shipped: 'readyForYou' };
const timers = new WeakMap<object, number>();
const leftPages = new WeakSet<object>();

/** One order: how it stands, what is in it, what can be done with it. Query: `id`. */
shopPage({
  module: 'shop',
  title: 'order',
  words: [
    'payNow', 'cancelOrder', 'confirmReceipt', 'buyAgain', 'askRefund', 'refund', 'copy', 'progress',
    'shipTo', 'orderNo', 'placedAt', 'yourRemark', 'goodsSum', 'freightSum', 'freeOfCharge', 'total',
    'orderRefunded', 'discount', 'service', 'fetchAt', 'pickupName', 'openingHours', 'pickupCode', 'showCode',
    'confirmFetched', 'callThem',
  ], // prettier-ignore
  data: {
    order: null as Order | null,
    requests: [] as AfterSale[],
    stateWord: '',
    hint: '',
    requestWord: '',
    parcels: [] as ParcelView[],
    events: [] as Event[],
    placedAt: '',
    shipTo: '',
    /** The six digits, apart enough to be read out. */
    code: '',
    isPayable: false,
    isRefundable: false,
    isBusy: false,
  },

  async load({ id = '' }): Promise<void> {
    const [order, { items }] = await Promise.all([
      api.get('/orders/{order_id}', { path: { order_id: id }, isMine: true }),
      api.get('/aftersales', { query: { order_id: id }, isMine: true }),
    ]);
    this.show(order, items);
  },

  shown(): void {
    void this.reload();
  },

  repaint(): void {
    const { order, requests } = this.data;
    if (order) this.show(order, requests);
  },

  left(): void {
    leftPages.add(this);
    clearInterval(timers.get(this) ?? 0);
  },

  show(order: Order, requests: AfterSale[]): void {
    const [latest] = requests;
    this.setData({
      order,
      requests,
      stateWord: stateWord(order),
      requestWord: latest ? requestWord(latest.state) : '',
      parcels: order.pickup ? [] : parcelViews(order),
      code: order.ticket?.code.replace(/(\d{3})/, '$1 ') ?? '',
      events: timeline(order, requests).map((event) => ({ ...event, at: moment(event.at) })),
      placedAt: moment(order.created_at),
      shipTo: addressOf(order),
      isRefundable: isRefundable(order) && !isOpen(latest),
    });
    this.countDown();
  },

  /** Say how the order stands; while it waits for the payment the time runs. */
  countDown(): void {
    clearInterval(timers.get(this) ?? 0);
    this.tick();
    if (this.data.isPayable && !leftPages.has(this)) {
      timers.set(
        this,
        setInterval(() => this.tick(), 1000),
      );
    }
  },

  tick(): void {
    const { order, isPayable } = this.data;
    if (!order) return;
    const left = order.state === 'unpaid' ? until(order.expires_at) : '';
    this.setData({ isPayable: left !== '', hint: hintOf(order, left) });
    if (isPayable && !left) {
      clearInterval(timers.get(this) ?? 0);
      void this.reload();
    }
  },

  pay(): void {
    if (this.data.order) go(routes.result(this.data.order.id, true));
  },

  refund(): void {
    if (this.data.order) go(routes.refund(this.data.order.id));
  },

  async cancel(): Promise<void> {
    const { order } = this.data;
    if (!order || !(await isSure('cancelSure'))) return;
    await this.once(async () => {
      const path = { order_id: order.id };
      await api.post('/orders/{order_id}/cancel', { path, isMine: true });
      void wx.showToast({ title: say('cancelledNow') });
    });
  },

  async receive(): Promise<void> {
    const { order } = this.data;
    if (order) await this.once(() => confirmReceipt(order));
  },

  call(): void {
    const { pickup } = this.data.order ?? {};
    // Whoever does not call after all is told nothing.
    if (pickup) void wx.makePhoneCall({ phoneNumber: pickup.phone }).catch(() => undefined);
  },

  async again(): Promise<void> {
    const { order, isBusy } = this.data;
    if (!order || isBusy) return;
    this.setData({ isBusy: true });
    await this.attempt(() => buyAgain(order.lines));
    this.setData({ isBusy: false });
  },

  /** Do it once per tap, then look how the order stands: also where it went wrong. */
  async once(deed: () => Promise<unknown>): Promise<void> {
    if (this.data.isBusy) return;
    this.setData({ isBusy: true });
    await this.attempt(deed);
    this.setData({ isBusy: false });
    await this.reload();
  },

  openProduct(event: Tap): void {
    go(routes.product(event.currentTarget.dataset.id as string));
  },

  copy(event: Tap): void {
    void copy(event.currentTarget.dataset.text as string);
  },
});

function hintOf(order: Order, left: string): string {
  if (order.state === 'unpaid') return left ? say('payWithin', { left }) : say('payTimeOver');
  if (order.refund_state === 'in_progress') return say('goesBack');
  if (order.state === 'paid' && order.parcels.length) return say('partlyShipped');
  const word = (order.pickup && PICKUP_HINTS[order.state]) ?? HINTS[order.state];
  return word ? say(word) : '';
}

function isOpen(request: AfterSale | undefined): boolean {
  return request?.state === 'requested' || request?.state === 'agreed';
}

function parcelViews({ parcels, lines }: Order): ParcelView[] {
  const of = parcels.length;
  return parcels.map((parcel, index) => ({
    id: parcel.id,
    heading: say('parcelOf', { at: index + 1, of }),
    carrier: carrierName(parcel),
    number: parcel.tracking_number,
    copyLabel: say('copyTracking', { number: parcel.tracking_number }),
    contents: parcel.contents.map(({ line_id: id, quantity }) => {
      const line = lines.find((one) => one.id === id);
      const name = [line?.title, line?.label].filter(Boolean).join(' · ');
      return { id, words: `${name} × ${quantity}` };
    }),
  }));
}

function addressOf({ address }: Order): string {
  const { province, city, district, street, postcode } = address;
  return [province, city, district, street, postcode].filter(Boolean).join(' ');
}
