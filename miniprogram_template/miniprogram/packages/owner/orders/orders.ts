import { moment } from '../../../utils/dates';
import { say, type Word } from '../../../utils/i18n';
import { stateWord } from '../../../utils/order';
import { shopPage } from '../../../utils/page';
import { Pager } from '../../../utils/pager';
import { go, routes } from '../../../utils/routes';
import { staff, type StaffAnswer } from '../staff';
import { scanTicket } from '../ticket';

type Order = StaffAnswer<'get', '/orders'>['items'][number];
type Tap = WechatMiniprogram.TouchEvent;

interface OrderView extends Order {
  paidWords: string;
  pieces: string;
  to: string;
  sent: string;
}

type Said = readonly [title: Word, nothing: Word, unknown: Word];
const WORDS: Said = ['toShip', 'nothingToShip', 'noOrderFound'];
const PICKUP_WORDS: Said = ['toHandOver', 'nothingToHandOver', 'noPickupFound'];
const pagers = new WeakMap<object, Pager<Order>>();

/**
 * Orders that wait for a parcel, who waits longest first, 20 at a time. Query: `of=pickup` for those
 * whose buyers come for them.
 */
shopPage({
  module: 'owner',
  words: ['findOrder', 'findOrderHint', 'search', 'scan', 'noMore', 'paidAt'],
  data: {
    isPickup: false,
    /** What is said where there is nothing. */
    none: '',
    q: '',
    asked: '',
    orders: [] as OrderView[],
    isComplete: false,
  },

  async load({ of }): Promise<void> {
    this.setData({ isPickup: of === 'pickup' });
    this.repaint();
    await this.list();
  },

  shown(): void {
    void this.attempt(() => this.list());
  },

  repaint(): void {
    const { isPickup, asked, orders } = this.data;
    const [title, nothing, unknown] = isPickup ? PICKUP_WORDS : WORDS;
    this.entitle(say(title));
    this.setData({ orders: orders.map(view), none: say(asked ? unknown : nothing) });
  },

  /** The buyer's code says which order it is. */
  async scan(): Promise<void> {
    const ticket = await scanTicket();
    if (!ticket) return;
    await this.attempt(async () => {
      const { items } = await staff.get('/orders', { query: { q: ticket.number } });
      const [order] = items;
      if (order) go(routes.staffOrder(order.id, ticket.code));
      else void wx.showToast({ title: say('notATicket'), icon: 'none' });
    });
  },

  type(event: WechatMiniprogram.Input): void {
    this.setData({ q: event.detail.value });
  },

  async find(): Promise<void> {
    await this.turnTo(() => this.list());
  },

  /** Begin the list of what is asked for. */
  async list(): Promise<void> {
    const q = this.data.q.trim();
    const which = this.data.isPickup ? { to_hand_over: true } : { to_ship: true };
    const begun: Pager<Order> = new Pager((cursor) =>
      staff.get('/orders', { query: { ...which, q, cursor, limit: 20 } }),
    );
    pagers.set(this, begun);
    await begun.more();
    if (pagers.get(this) !== begun) return;
    this.setData({ asked: q });
    this.show(begun);
    this.repaint();
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
    to: [order.pickup?.name, recipient, phone, province, city, district, street]
      .filter(Boolean)
      .join(' '),
    sent: order.pickup ? stateWord(order) : sent ? say('parcelsSent', { count: sent }) : '',
  };
}
