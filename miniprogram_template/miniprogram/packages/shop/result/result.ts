import { api, type Answer } from '../../../utils/api';
import { moment } from '../../../utils/dates';
import { say, type Word } from '../../../utils/i18n';
import { askToTell, learnTemplates } from '../../../utils/notices';
import { shopPage } from '../../../utils/page';
import { openPaySheet } from '../../../utils/paying';
import { asProblem, type Problem } from '../../../utils/problem';
import { routes } from '../../../utils/routes';

type Order = Answer<'get', '/orders/{order_id}'>;

/** `unpaid` and `paid` are what the API said; `unknown` is said where it could not tell. */
type Stage = 'paying' | 'asking' | 'paid' | 'unpaid' | 'unknown' | 'closed';

/** Seconds between questions: after a payment WeChat's word may take a while; else once is enough. */
const PATIENT = [0, 1, 2, 3, 5, 8];
const ONCE = [0];

const SAID: Record<Stage, [title: Word, hint: Word]> = {
  paying: ['paying', 'payingHint'],
  asking: ['asking', 'askingHint'],
  paid: ['paid', 'paidHint'],
  unpaid: ['notPaid', 'payBefore'],
  unknown: ['unknownPaid', 'unknownPaidHint'],
  closed: ['orderClosed', 'orderClosedHint'],
};
const ICONS: Partial<Record<Stage, string>> = {
  paid: 'check-circle-filled',
  unpaid: 'time',
  unknown: 'info-circle',
  closed: 'info-circle',
};
const leftPages = new WeakSet<object>();

/**
 * Whether an order is paid: nothing is claimed that the API has not said. The one place to pay.
 * Query: `id`; `pay=1` opens WeChat's sheet at once.
 */
shopPage({
  module: 'shop',
  title: 'payment',
  words: ['orderNumber', 'total', 'viewOrder', 'home', 'payNow', 'payAgain', 'askAgain'],
  data: {
    order: null as Order | null,
    stage: 'asking' as Stage,
    icon: '',
    heading: '',
    hint: '',
    /** Why paying did not begin. */
    why: '',
    hasTried: false,
    isBusy: false,
  },

  async load({ id = '', pay }): Promise<void> {
    const [order] = await Promise.all([this.look(id), learnTemplates()]);
    if (leftPages.has(this)) return;
    const isFirst = !this.data.order;
    this.setData({ order });
    if (order.state !== 'unpaid' || !isFirst) this.settle(order, false);
    else if (pay) void this.pay();
    else void this.find(ONCE, false);
  },

  repaint(): void {
    this.say(this.data.stage);
  },

  left(): void {
    leftPages.add(this);
  },

  look(id: string): Promise<Order> {
    return api.get('/orders/{order_id}', { path: { order_id: id }, isMine: true });
  },

  say(stage: Stage): void {
    const { order, why } = this.data;
    const [title, hint] = SAID[stage];
    const time = order ? moment(order.expires_at) : '';
    const isFetched = stage === 'paid' && order?.pickup;
    const isGoingBack = stage === 'closed' && order?.refund_state !== 'none';
    this.setData({
      stage,
      icon: ICONS[stage] ?? '',
      heading: say(title),
      hint:
        why || say(isGoingBack ? 'orderRefunding' : isFetched ? 'preparingPickup' : hint, { time }),
    });
  },

  /** Open WeChat's sheet, then ask what became of it. */
  async pay(): Promise<void> {
    const { order, isBusy } = this.data;
    if (!order || isBusy) return;
    this.setData({ isBusy: true, hasTried: true, why: '' });
    this.say('paying');
    try {
      const sheet = await api.post('/orders/{order_id}/pay', {
        path: { order_id: order.id },
        body: {},
        isMine: true,
      });
      // WeChat would open it over whatever page one is on by now.
      if (leftPages.has(this)) return;
      const isDone = await openPaySheet(sheet);
      if (isDone) await askToTell('pay');
      await this.find(isDone ? PATIENT : ONCE, isDone);
    } catch (error) {
      await this.notOpened(asProblem(error));
    } finally {
      this.setData({ isBusy: false });
    }
  },

  /** The sheet did not open, or failed: the order may be paid or over already, so ask. */
  async notOpened(problem: Problem): Promise<void> {
    const isOver = problem.code === 'order_already_paid' || problem.code === 'order_not_payable';
    if (isOver || problem.code === 'pay_failed') await this.find(ONCE, false);
    if (['paid', 'closed', 'unknown'].includes(this.data.stage)) return;
    this.setData({ why: problem.sentence });
    this.say('unpaid');
  },

  /** Ask WeChat through the API until it knows, or it has been asked often enough. */
  async find(waits: readonly number[], saysPaid: boolean): Promise<void> {
    const { order } = this.data;
    if (!order) return;
    this.say('asking');
    let told: Order | undefined;
    for (const seconds of waits) {
      await pause(seconds);
      if (leftPages.has(this)) return;
      const path = { order_id: order.id };
      told = await api.post('/orders/{order_id}/refresh', { path, isMine: true }).catch(noAnswer);
      if (told && told.state !== 'unpaid') break;
    }
    if (told) this.settle(told, saysPaid);
    else this.say('unknown');
  },

  /** Show what the API said; where WeChat says paid and the API not yet, nobody knows. */
  settle(order: Order, saysPaid: boolean): void {
    this.setData({ order });
    if (order.state === 'unpaid') this.say(saysPaid ? 'unknown' : 'unpaid');
    else this.say(order.state === 'cancelled' ? 'closed' : 'paid');
  },

  async askAgain(): Promise<void> {
    this.setData({ isBusy: true });
    await this.find(PATIENT.slice(0, 3), true);
    this.setData({ isBusy: false });
  },

  viewOrder(): void {
    const { order } = this.data;
    if (order) void wx.redirectTo({ url: routes.order(order.id) });
  },

  goHome(): void {
    void wx.switchTab({ url: routes.home });
  },
});

/** A question without an answer leaves everything as unknown as it was. */
function noAnswer(): undefined {
  return undefined;
}

function pause(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
