/** What can be said of an order, and done with it. */
import { api, type Answer } from './api';
import { say, language, type Word } from './i18n';
import { asProblem } from './problem';
import { routes } from './routes';

export type Order = Answer<'get', '/orders/{order_id}'>;
export type ListedOrder = Answer<'get', '/orders'>['items'][number];
export type AfterSale = Answer<'get', '/aftersales'>['items'][number];
type Line = ListedOrder['lines'][number];

const STATES: Record<string, Word> = {
  unpaid: 'orderUnpaid',
  paid: 'orderPaid',
  shipped: 'orderShipped',
  completed: 'orderCompleted',
  cancelled: 'orderCancelled',
  refunded: 'orderRefunded',
};
/** What else is said of an order that its buyer fetches. */
const FETCHED: Record<string, Word> = {
  paid: 'orderPreparing',
  shipped: 'orderReady',
  completed: 'orderFetched',
};
const REQUESTS: Record<AfterSale['state'], Word> = {
  requested: 'refundRequested',
  agreed: 'refundAgreed',
  refunded: 'refundDone',
  refused: 'refundRefused',
  cancelled: 'refundWithdrawn',
};
const REQUEST_STEPS: Partial<Record<AfterSale['state'], Word>> = {
  requested: 'stepRefundRequested',
  agreed: 'stepRefundAgreed',
  refused: 'stepRefundRefused',
  cancelled: 'stepRefundWithdrawn',
};

/** Why one may want the money back, as the API names it. */
export const REASONS: Record<AfterSale['reason'], Word> = {
  not_wanted: 'reasonNotWanted',
  not_received: 'reasonNotReceived',
  wrong_item: 'reasonWrongItem',
  damaged: 'reasonDamaged',
  not_as_described: 'reasonNotAsDescribed',
  other: 'reasonOther',
};

/** One line of what happened. */
export interface Event {
  /** Its place from the beginning: it stays when more happens. */
  id: number;
  at: string;
  words: string;
}

export function stateWord({ state, pickup }: Pick<ListedOrder, 'state' | 'pickup'>): string {
  const word = (pickup && FETCHED[state]) ?? STATES[state];
  return word ? say(word) : state;
}

export function requestWord(state: AfterSale['state']): string {
  return say(REQUESTS[state]);
}

/** Whether the shop can still be asked for the money. */
export function isRefundable(order: Pick<Order, 'state' | 'refund_state'>): boolean {
  return (
    ['paid', 'shipped', 'completed'].includes(order.state) &&
    order.refund_state !== 'in_progress' &&
    order.refund_state !== 'fully'
  );
}

/** Return what happened, the newest first: the order's own moments, its parcels, its money. */
export function timeline(order: Order, requests: readonly AfterSale[]): Event[] {
  const events: Event[] = [];
  const add = (at: string | null, word: Word, values?: Record<string, string>): void => {
    if (at) events.push({ id: 0, at, words: say(word, values) });
  };
  add(order.created_at, 'stepOrdered');
  add(order.paid_at, 'stepPaid');
  if (order.pickup) add(order.shipped_at, 'stepReady');
  for (const parcel of order.pickup ? [] : order.parcels) {
    const values = { carrier: carrierName(parcel), number: parcel.tracking_number };
    add(parcel.shipped_at, 'stepParcel', values);
  }
  add(order.completed_at, order.pickup ? 'stepFetched' : 'stepReceived');
  add(order.cancelled_at, 'cancelledNow');
  for (const step of requests.flatMap(({ steps }) => steps)) {
    const word = REQUEST_STEPS[step.state];
    if (word) add(step.at, word);
  }
  for (const refund of order.refunds) add(refund.succeeded_at, 'stepRefunded');
  return events
    .sort((one, other) => Date.parse(one.at) - Date.parse(other.at))
    .map((event, id) => ({ ...event, id }))
    .reverse();
}

export function carrierName(parcel: Order['parcels'][number]): string {
  return (language() === 'en' ? parcel.carrier?.en : parcel.carrier?.zh) ?? '';
}

/** Ask whether everything came, and say so to the shop; return whether it was said. */
export async function confirmReceipt({
  id,
  pickup,
}: Pick<ListedOrder, 'id' | 'pickup'>): Promise<boolean> {
  const title = pickup ? 'confirmFetched' : 'confirmReceipt';
  if (!(await isSure(title, 'confirmSure'))) return false;
  const path = { order_id: id };
  await api.post('/orders/{order_id}/confirm-receipt', { path, isMine: true });
  void wx.showToast({ title: say('receivedNow') });
  return true;
}

/** Put the lines of an order into the cart once more, and go there; what is gone is told. */
export async function buyAgain(lines: readonly Line[]): Promise<void> {
  let missing = 0;
  for (const { sku_id, quantity } of lines) {
    try {
      await api.post('/cart/lines', { body: { sku_id, quantity }, isMine: true });
    } catch (error) {
      const problem = asProblem(error);
      if (problem.status === 0 || problem.status >= 500 || lines.length === 1) throw problem;
      missing += 1;
    }
  }
  await wx.switchTab({ url: routes.cart });
  if (missing) void wx.showToast({ title: say('notAdded'), icon: 'none' });
}

/** Ask before something that cannot be taken back. */
export async function isSure(title: Word, content?: Word): Promise<boolean> {
  const { confirm } = await wx.showModal({
    title: say(title),
    content: content ? say(content) : '',
    confirmText: say('yes'),
    cancelText: say('no'),
  });
  return confirm;
}
