import { moment } from '../../../utils/dates';
import { language, say } from '../../../utils/i18n';
import { carrierName, stateWord } from '../../../utils/order';
import { shopPage } from '../../../utils/page';
import { Problem } from '../../../utils/problem';
import { staff, type StaffAnswer } from '../staff';

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

/** An order as who packs it needs it, and its parcels, one after the other. Query: `id`. */
shopPage({
  module: 'owner',
  title: 'order',
  words: [
    'shipTo', 'copy', 'yourRemark', 'shipOrder', 'carrier', 'trackingNumber', 'scan', 'inThisParcel',
    'allLeft', 'customerAsks', 'orderNo', 'paidAt',
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
    isAsked: false,
    isBusy: false,
  },

  async load({ id = '' }): Promise<void> {
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
      canShip: order.state === 'paid' && !isAsked,
      stateWord: stateWord(order.state),
      paidWords: order.paid_at ? moment(order.paid_at) : '',
      shipTo: whole.filter(Boolean).join(' '),
      carrierNames: this.data.carriers.map((one) => (language() === 'en' ? one.en : one.zh)),
      lines: order.lines.map(lineView).filter(({ left }) => left > 0),
      parcels: order.parcels.map((parcel, index) => parcelView(order, parcel, index)),
    });
  },

  copy(): void {
    void wx.setClipboardData({ data: this.data.shipTo });
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
  const left = line.quantity - line.quantity_shipped;
  return { id, title, label, image_url, left, leftWords: leftWords(left), chosen: left };
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
