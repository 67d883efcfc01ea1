import { api } from '../../../utils/api';
import { moment } from '../../../utils/dates';
import { say } from '../../../utils/i18n';
import { askToTell, learnTemplates } from '../../../utils/notices';
import {
  isRefundable, isSure, REASONS, requestWord, type AfterSale, type Order,
} from '../../../utils/order'; // prettier-ignore
import { shopPage } from '../../../utils/page';
import { keyFor } from '../checkout/once';

type Reason = AfterSale['reason'];

/** Ask for the money of an order, or see how that went. Query: `order`. */
shopPage({
  module: 'shop',
  title: 'refund',
  words: [
    'refundReason', 'refundDetails', 'refundDetailsHint', 'refundAmount', 'refundWhole', 'sendRequest',
    'shopsAnswer', 'withdraw', 'askRefundAgain', 'orderNo', 'notRefundable', 'progress',
  ], // prettier-ignore
  data: {
    order: null as Order | null,
    request: null as AfterSale | null,
    requestWord: '',
    reasonWord: '',
    steps: [] as { state: string; at: string; words: string }[],
    reasons: [] as { value: string; label: string }[],
    reason: '' as Reason | '',
    description: '',
    amountMinor: 0,
    isAsking: false,
    canAsk: false,
    isBusy: false,
  },

  async load({ order: id = '' }): Promise<void> {
    const [order, { items }] = await Promise.all([
      api.get('/orders/{order_id}', { path: { order_id: id }, isMine: true }),
      api.get('/aftersales', { query: { order_id: id, limit: 1 }, isMine: true }),
      learnTemplates(),
    ]);
    this.setData({ order });
    this.show(items[0]);
  },

  repaint(): void {
    const { order, request, isAsking } = this.data;
    if (!order) return;
    this.show(request ?? undefined);
    this.setData({ isAsking });
  },

  show(request: AfterSale | undefined): void {
    const { order } = this.data;
    if (!order) return;
    const isOpen = request?.state === 'requested' || request?.state === 'agreed';
    const canAsk = isRefundable(order) && !isOpen;
    this.setData({
      request: request ?? null,
      requestWord: request ? requestWord(request.state) : '',
      reasonWord: request ? say(REASONS[request.reason]) : '',
      steps: (request?.steps ?? []).map(({ state, at }) => ({
        state,
        at: moment(at),
        words: requestWord(state),
      })),
      reasons: Object.entries(REASONS).map(([value, word]) => ({ value, label: say(word) })),
      amountMinor: order.total_minor - order.refunded_minor,
      canAsk,
      isAsking: canAsk && !request,
    });
  },

  chooseReason(event: WechatMiniprogram.CustomEvent<{ value: Reason }>): void {
    this.setData({ reason: event.detail.value });
  },

  describe(event: WechatMiniprogram.CustomEvent<{ value: string }>): void {
    this.setData({ description: event.detail.value });
  },

  askAgain(): void {
    this.setData({ isAsking: true });
  },

  async send(): Promise<void> {
    const { order, request, reason, description, isBusy } = this.data;
    if (!order || isBusy) return;
    if (!reason) {
      void wx.showToast({ title: say('chooseReason'), icon: 'none' });
      return;
    }
    this.setData({ isBusy: true });
    await askToTell('refund');
    const body = { order_id: order.id, reason, description };
    // The same words after an answer are another request.
    const idempotencyKey = keyFor(this, { ...body, after: request?.id });
    const isSent = await this.attempt(async () =>
      this.show(await api.post('/aftersales', { body, idempotencyKey, isMine: true })),
    );
    if (isSent) this.setData({ reason: '', description: '' });
    this.setData({ isBusy: false });
  },

  async withdraw(): Promise<void> {
    const { request, isBusy } = this.data;
    if (!request || isBusy || !(await isSure('withdrawSure'))) return;
    this.setData({ isBusy: true });
    const path = { aftersale_id: request.id };
    const isDone = await this.attempt(async () =>
      this.show(await api.post('/aftersales/{aftersale_id}/cancel', { path, isMine: true })),
    );
    this.setData({ isBusy: false });
    if (!isDone) await this.reload();
  },
});
