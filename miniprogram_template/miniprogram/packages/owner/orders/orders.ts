import { moment } from '../../../utils/dates';
import { say } from '../../../utils/i18n';
import { shopPage } from '../../../utils/page';
import { Pager } from '../../../utils/pager';
import { go, routes } from '../../../utils/routes';
import { staff, type StaffAnswer } from '../staff';

type Order = StaffAnswer<'get', '/orders'>['items'][number];
type Tap = WechatMiniprogram.TouchEvent;

interface OrderView extends Order {
  paidWords: string;
  pieces: string;
  to: string;
  sent: string;
}

const pagers = new WeakMap<object, Pager<Order>>();

/** Orders that wait for a parcel, who waits longest first, 20 at a time. */
shopPage({
  module: 'owner',
  title: 'toShip',
  words: [
    'findOrder',
    'findOrderHint',
    'search',
    'nothingToShip',
    'noOrderFound',
    'noMore',
    'paidAt',
  ],
  data: {
    q: '',
    asked: '',
    orders: [] as OrderView[],
    isComplete: false,
  },

  async load(): Promise<void> {
    await this.list();
  },

  shown(): void {
    void this.attempt(() => this.list());
  },

  repaint(): void {
    this.setData({ orders: this.data.orders.map(view) });
  },

  type(event: WechatMiniprogram.Input): void {
    this.setData({ q: event.detail.value });
  },

  async find(): Promise<void> {
    await this.attempt(() => this.list());
  },

  /** Begin the list of what is asked for. */
  async list(): Promise<void> {
    const q = this.data.q.trim();
    const begun: Pager<Order> = new Pager((cursor) =>
      staff.get('/orders', { query: { to_ship: true, q, cursor, limit: 20 } }),
    );
    pagers.set(this, begun);
    await begun.more();
    this.setData({ asked: q });
    this.show(begun);
  },

  async onReachBottom(): Promise<void> {
    const listed = pagers.get(this);
    if (!listed || listed.isComplete) return;
    if (await this.attempt(() => listed.more())) this.show(listed);
  },

  show(listed: Pager<Order>): void {
    if (pagers.get(this) !== listed) return;
    this.setData({ orders: listed.items.map(view), isComplete: listed.isComplete });
  },

  open(event: Tap): void {
    go(routes.staffOrder(event.currentTarget.dataset.id as string));
  },
});

function view(order: Order): OrderView {
  const { recipient, phone, province, city, district, street } = order.address;
  const count = order.lines.reduce((sum, line) => sum + line.quantity, 0);
  const sent = order.parcels_count;
  return {
    ...order,
    paidWords: order.paid_at ? moment(order.paid_at) : '',
    pieces: say('pieces', { count }),
    to: [recipient, phone, province, city, district, street].filter(Boolean).join(' '),
    sent: sent ? say('parcelsSent', { count: sent }) : '',
  };
}
