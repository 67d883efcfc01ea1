import { api } from '../../../utils/api';
import { say, type Word } from '../../../utils/i18n';
import { buyAgain, confirmReceipt, stateWord, type ListedOrder } from '../../../utils/order';
import { shopPage, type Loaded } from '../../../utils/page';
import { Pager } from '../../../utils/pager';
import { go, routes } from '../../../utils/routes';

type Tab = '' | 'to_pay' | 'to_ship' | 'to_receive' | 'completed' | 'cancelled' | 'refunded';
type Tap = WechatMiniprogram.TouchEvent;

interface TabView {
  id: Tab;
  label: string;
}

interface OrderView extends ListedOrder {
  stateWord: string;
  shown: ListedOrder['lines'];
  pieces: string;
}

const TABS: readonly [id: Tab, word: Word, state: string][] = [
  ['', 'allOrders', ''],
  ['to_pay', 'orderUnpaid', 'unpaid'],
  ['to_ship', 'orderPaid', 'paid'],
  ['to_receive', 'orderShipped', 'shipped'],
  ['completed', 'orderCompleted', 'completed'],
  ['cancelled', 'orderCancelled', 'cancelled'],
  ['refunded', 'orderRefunded', 'refunded'],
];
/** How many lines of an order its card shows. */
const SHOWN_LINES = 3;
const pagers = new WeakMap<object, Pager<ListedOrder>>();

/** My orders by state, 20 at a time. Query: `tab`. */
shopPage({
  module: 'shop',
  title: 'orders',
  words: [
    'orders',
    'noOrders',
    'lookAround',
    'noMore',
    'payNow',
    'confirmReceipt',
    'confirmFetched',
    'buyAgain',
    'total',
  ],
  data: {
    tabs: [] as TabView[],
    tab: '' as Tab,
    hasBegun: false,
    counts: {} as Record<string, number>,
    orders: [] as OrderView[],
    isComplete: false,
    /** Which order was opened: it may have changed when one comes back. */
    opened: '',
    isBusy: false,
  },

  async load({ tab }): Promise<Loaded> {
    const wanted = TABS.find(([id]) => id === tab)?.[0];
    if (wanted && !this.data.hasBegun) this.setData({ tab: wanted });
    this.setData({ hasBegun: true });
    await this.list();
    return 'ready';
  },

  repaint(): void {
    this.paintTabs();
    this.setData({ orders: this.data.orders.map(view) });
  },

  shown(): void {
    if (this.data.opened) void this.attempt(() => this.lookAgain());
  },

  async choose(event: Tap): Promise<void> {
    this.setData({ tab: event.currentTarget.dataset.id as Tab });
    await this.turnTo(() => this.list());
  },

  /** Begin the list of the chosen tab. */
  async list(): Promise<void> {
    const state = this.data.tab || undefined;
    const begun: Pager<ListedOrder> = new Pager(async (cursor) => {
      const page = await api.get('/orders', { query: { state, cursor, limit: 20 }, isMine: true });
      this.setData({ counts: page.counts });
      return page;
    });
    pagers.set(this, begun);
    await begun.more();
    this.show(begun);
  },

  async onReachBottom(): Promise<void> {
    const listed = pagers.get(this);
    if (!listed || listed.isComplete) return;
    if (await this.attempt(() => listed.more())) this.show(listed);
  },

  show(listed: Pager<ListedOrder>): void {
    if (pagers.get(this) !== listed) return;
    this.setData({ orders: listed.items.map(view), isComplete: listed.isComplete });
    this.paintTabs();
  },

  paintTabs(): void {
    const { counts } = this.data;
    const tabs = TABS.map(([id, word]) => {
      const count = id ? (counts[id] ?? 0) : 0;
      return { id, label: count ? `${say(word)} (${count})` : say(word) };
    });
    this.setData({ tabs });
  },

  /** The order that was opened may have moved on: show it as it is, where it still belongs here. */
  async lookAgain(): Promise<void> {
    const { opened } = this.data;
    const path = { order_id: opened };
    const [now, page] = await Promise.all([
      api.get('/orders/{order_id}', { path, isMine: true }),
      api.get('/orders', { query: { limit: 1 }, isMine: true }),
    ]);
    this.setData({ opened: '', counts: page.counts });
    const belongs = TABS.find(([id]) => id === this.data.tab)?.[2];
    const listed = pagers.get(this);
    listed?.change(opened, (order) =>
      belongs && now.state !== belongs ? undefined : { ...order, state: now.state },
    );
    if (listed) this.show(listed);
  },

  open(event: Tap): void {
    this.leaveFor(event, routes.order);
  },

  pay(event: Tap): void {
    this.leaveFor(event, (id) => routes.result(id, true));
  },

  leaveFor(event: Tap, route: (id: string) => string): void {
    const opened = event.currentTarget.dataset.id as string;
    this.setData({ opened });
    go(route(opened));
  },

  async receive(event: Tap): Promise<void> {
    const opened = event.currentTarget.dataset.id as string;
    const order = this.data.orders.find(({ id }) => id === opened);
    await this.attempt(async () => {
      if (!order || !(await confirmReceipt(order))) return;
      this.setData({ opened });
      await this.lookAgain();
    });
  },

  async again(event: Tap): Promise<void> {
    const order = this.data.orders.find(({ id }) => id === event.currentTarget.dataset.id);
    if (!order || this.data.isBusy) return;
    this.setData({ isBusy: true });
    await this.attempt(() => buyAgain(order.lines));
    this.setData({ isBusy: false });
  },

  lookAround(): void {
    void wx.switchTab({ url: routes.home });
  },
});

function view(order: ListedOrder): OrderView {
  const count = order.lines.reduce((sum, { quantity }) => sum + quantity, 0);
  return {
    ...order,
    stateWord: stateWord(order),
    shown: order.lines.slice(0, SHOWN_LINES),
    pieces: say('pieces', { count }),
  };
}
