import { moment } from '../../../utils/dates';
import { language, say, type Word } from '../../../utils/i18n';
import { carrierName, stateWord } from '../../../utils/order';
import { shopPage } from '../../../utils/page';
import { copy } from '../../../utils/privacy';
import { Problem } from '../../../utils/problem';
import { staff, type StaffAnswer } from '../staff';
import { scanTicket } from '../ticket';

type Order = StaffAnswer<'get', '/orders/{order_id}'>;
type Carrier = StaffAnswer<'get', '/orders/carriers'>[number];

interface LineView {
  id: string;
  title: string;
  label: string;
  image_url: string;
  left: number;
  leftWords: string;
  /** How many go into the parcel that is being made up. */
  chosen: number;
}

interface ParcelView {
  id: string;
  heading: string;
  words: string;
  at: string;
  contents: { id: string; words: string }[];
}

const LAST_CARRIER = 'last-carrier';

/**
 * An order as who packs it needs it: its parcels, one after the other, or what the buyer fetches.
 * Query: `id`; `code` where the buyer's was scanned.
 */
shopPage({
  module: 'owner',
  title: 'order',
  words: [
    'shipTo', 'copy', 'yourRemark', 'shipOrder', 'carrier', 'trackingNumber', 'scan', 'inThisParcel',
    'allLeft', 'customerAsks', 'orderNo', 'paidAt', 'fetchAt', 'pickupName', 'toGiveOut', 'pickupCode',
    'makeReady', 'handOver',
  ], // prettier-ignore
  data: {
    order: null as Order | null,
    carriers: [] as Carrier[],
    carrierNames: [] as string[],
    carrierAt: 0,
    stateWord: '',
    paidWords: '',
    shipTo: '',
    lines: [] as LineView[],
    parcels: [] as ParcelView[],
    number: '',
    canShip: false,
    /** Whether the buyer may come for it. */
    canHandOver: false,
    /** What the buyer fetches. */
    pieces: [] as { id: string; words: string }[],
    code: '',
    isAsked: false,
    isBusy: false,
  },

  async load({ id = '', code = '' }): Promise<void> {
    if (!this.data.order) this.setData({ code });
    const [order, carriers] = await Promise.all([
      staff.get('/orders/{order_id}', { path: { order_id: id } }),
      staff.get('/orders/carriers'),
    ]);
    const last = carriers.findIndex(({ code }) => code === wx.getStorageSync(LAST_CARRIER));
    this.setData({ carriers, carrierAt: Math.max(0, last) });
    this.show(order);
  },

  repaint(): void {
    const { order, lines } = this.data;
    if (!order) return;
    this.show(order);
    this.setData({ lines: lines.map((line) => ({ ...line, leftWords: leftWords(line.left) })) });
  },

  show(order: Order): void {
    const isAsked = order.refund_state === 'in_progress';
    const { recipient, phone, province, city, district, street, postcode } = order.address;
    const whole = [recipient, phone, province, city, district, street, postcode];
    this.setData({
      order,
      isAsked,
      canShip: order.state === 'paid' && !isAsked && !order.pickup,
      canHandOver: ['paid', 'shipped'].includes(order.state) && !isAsked && Boolean(order.pickup),
      pieces: order.lines.map(pieceView).filter(({ words }) => words),
      stateWord: stateWord(order),
      paidWords: order.paid_at ? moment(order.paid_at) : '',
      shipTo: whole.filter(Boolean).join(' '),
      carrierNames: this.data.carriers.map((one) => (language() === 'en' ? one.en : one.zh)),
      lines: order.lines.map(lineView).filter(({ left }) => left > 0),
      parcels: order.pickup ? [] : order.parcels.map((each, at) => parcelView(order, each, at)),
    });
  },

  copy(): void {
    void copy(this.data.shipTo);
  },

  chooseCarrier(event: WechatMiniprogram.PickerChange): void {
    this.setData({ carrierAt: Number(event.detail.value) });
  },

  type(event: WechatMiniprogram.Input): void {
    this.setData({ number: event.detail.value });
  },

  /** Read the label of the parcel; what cannot be read is typed. */
  async scan(): Promise<void> {
    try {
      const { result } = await wx.scanCode({ scanType: ['barCode', 'qrCode'] });
      this.setData({ number: result.trim() });
    } catch (error) {
      const { errMsg } = error as { errMsg: string };
      if (!/cancel/.test(errMsg)) void wx.showToast({ title: say('scanFailed'), icon: 'none' });
    }
  },

  typeCode(event: WechatMiniprogram.Input): void {
    this.setData({ code: event.detail.value });
  },

  async scanCode(): Promise<void> {
    const ticket = await scanTicket();
    if (!ticket) return;
    if (ticket.number === this.data.order?.number) this.setData({ code: ticket.code });
    else void wx.showToast({ title: say('otherOrdersCode'), icon: 'none' });
  },

  /** It lies at the counter: the buyer hears of it. */
  async ready(): Promise<void> {
    await this.change((path) => staff.post('/orders/{order_id}/ready', { path }), 'readyNow');
  },

  async handOver(): Promise<void> {
    const code = this.data.code.replace(/\s/g, '');
    if (!/^\d{6}$/.test(code)) {
      void wx.showToast({ title: say('codeWrong'), icon: 'none' });
      return;
    }
    const body = { code };
    await this.change(
      (path) => staff.post('/orders/{order_id}/hand-over', { path, body }),
      'handedOver',
    );
  },

  async change(deed: (path: { order_id: string }) => Promise<Order>, said: Word): Promise<void> {
    const { order, isBusy } = this.data;
    if (!order || isBusy) return;
    this.setData({ isBusy: true });
    const isDone = await this.attempt(async () => {
      this.show(await deed({ order_id: order.id }));
      void wx.showToast({ title: say(said) });
    });
    this.setData({ isBusy: false });
    if (!isDone) await this.reload();
  },

  count(event: WechatMiniprogram.CustomEvent<{ value: number }, object, { at: number }>): void {
    const { at } = event.currentTarget.dataset;
    this.setData({ [`lines[${at}].chosen`]: event.detail.value });
  },

  async ship(): Promise<void> {
    const { order, lines, carriers, carrierAt, isBusy } = this.data;
    const number = this.data.number.replace(/\s/g, '');
    const carrier = carriers[carrierAt];
    if (!order || !carrier || isBusy) return;
    const chosen = lines.filter((line) => line.chosen > 0);
    const isFit = /^[A-Za-z0-9-]{5,40}$/.test(number);
    if (!isFit || !chosen.length) {
      void wx.showToast({ title: say(isFit ? 'parcelEmpty' : 'trackingWrong'), icon: 'none' });
      return;
    }
    this.setData({ isBusy: true });
    const body = {
      carrier_code: carrier.code,
      tracking_number: number,
      lines: chosen.map((line) => ({ line_id: line.id, quantity: line.chosen })),
    };
    const path = { order_id: order.id };
    const isDone = await this.attempt(async () => {
      const now = await staff
        .post('/orders/{order_id}/parcels', { path, body })
        .catch((error: unknown) => alreadyNoted(error, order.id));
      wx.setStorageSync(LAST_CARRIER, carrier.code);
      this.setData({ number: '' });
      this.show(now);
      void wx.showToast({ title: say(now.state === 'shipped' ? 'shippedAll' : 'parcelNoted') });
    });
    this.setData({ isBusy: false });
    if (!isDone) await this.reload();
  },
});

/** The same parcel again: the answer to the first request was lost, so it is shown as it went. */
async function alreadyNoted(error: unknown, id: string): Promise<Order> {
  if (!(error instanceof Problem) || error.code !== 'parcel_already_noted') throw error;
  return staff.get('/orders/{order_id}', { path: { order_id: id } });
}

function lineView(line: Order['lines'][number]): LineView {
  const { id, title, label, image_url } = line;
  const left = line.quantity - line.quantity_shipped - line.quantity_cancelled;
  return { id, title, label, image_url, left, leftWords: leftWords(left), chosen: left };
}

function pieceView(line: Order['lines'][number]): { id: string; words: string } {
  const count = line.quantity - line.quantity_cancelled;
  const name = `${line.title} ${line.label}`.trim();
  return { id: line.id, words: count ? `${name} × ${count}` : '' };
}

function leftWords(count: number): string {
  return say('leftToShip', { count });
}

function parcelView(order: Order, parcel: Order['parcels'][number], index: number): ParcelView {
  const titles = new Map(
    order.lines.map((line) => [line.id, `${line.title} ${line.label}`.trim()]),
  );
  return {
    id: parcel.id,
    heading: say('parcelOf', { at: index + 1, of: order.parcels.length }),
    words: `${carrierName(parcel)} ${parcel.tracking_number}`,
    at: moment(parcel.shipped_at),
    contents: parcel.contents.map(({ line_id, quantity }) => ({
      id: line_id,
      words: `${titles.get(line_id) ?? ''} × ${quantity}`,
    })),
  };
}
