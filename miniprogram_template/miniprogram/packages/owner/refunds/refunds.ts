import { moment } from '../../../utils/dates';
import { say } from '../../../utils/i18n';
import { money } from '../../../utils/money';
import { REASONS, requestWord } from '../../../utils/order';
import { shopPage } from '../../../utils/page';
import { Pager } from '../../../utils/pager';
import { isManager, staff, type StaffAnswer } from '../staff';

type Request = StaffAnswer<'get', '/aftersales'>['items'][number];
type Tap = WechatMiniprogram.TouchEvent;
type Tab = 'open' | 'done';

interface RequestView extends Request {
  at: string;
  stateWord: string;
  reasonWord: string;
  sent: string;
}

const pagers = new WeakMap<object, Pager<Request>>();

/** Who wants money back: yes, or no and why. */
shopPage({
  module: 'owner',
  title: 'toRefund',
  words: [
    'requestsOpen', 'requestsDone', 'noRequests', 'agreeRefund', 'refuseRefund', 'noMore', 'toRefund',
    'refundReason', 'refundDetails', 'shopsAnswer', 'onlyManagers',
  ], // prettier-ignore
  data: {
    tab: 'open' as Tab,
    requests: [] as RequestView[],
    isComplete: false,
    isManager: true,
    isBusy: false,
  },

  async load(): Promise<void> {
    await this.list();
    this.setData({ isManager: isManager() });
  },

  repaint(): void {
    this.setData({ requests: this.data.requests.map(view) });
  },

  async choose(event: Tap): Promise<void> {
    this.setData({ tab: event.currentTarget.dataset.tab as Tab });
    await this.turnTo(() => this.list());
  },

  async list(): Promise<void> {
    const state = this.data.tab === 'open' ? 'requested' : undefined;
    const begun: Pager<Request> = new Pager((cursor) =>
      staff.get('/aftersales', { query: { state, cursor, limit: 20 } }),
    );
    pagers.set(this, begun);
    await this.fetch(begun);
    this.show(begun);
  },

  /** Fetch until something new is to be seen: answered ones may stand behind many that are open. */
  async fetch(listed: Pager<Request>): Promise<void> {
    const before = this.seen(listed).length;
    do await listed.more();
    while (!listed.isComplete && this.seen(listed).length === before);
  },

  seen({ items }: Pager<Request>): Request[] {
    return items.filter(({ state }) => this.data.tab === 'open' || state !== 'requested');
  },

  async onReachBottom(): Promise<void> {
    const listed = pagers.get(this);
    if (!listed || listed.isComplete) return;
    if (await this.attempt(() => this.fetch(listed))) this.show(listed);
  },

  show(listed: Pager<Request>): void {
    if (pagers.get(this) !== listed) return;
    this.setData({ requests: this.seen(listed).map(view), isComplete: listed.isComplete });
  },

  /** All of the money goes back, if the order still has the parcels that are shown. */
  async agree(event: Tap): Promise<void> {
    const request = this.found(event);
    if (!request || this.data.isBusy) return;
    const { confirm } = await wx.showModal({
      title: say('agreeRefund'),
      content: say('agreeSure', { amount: money(request.amount_minor, request.currency) }),
      confirmText: say('yes'),
      cancelText: say('no'),
    });
    if (!confirm) return;
    const body = { parcels_count: request.order.parcels_count };
    await this.settle(
      () => staff.post('/aftersales/{aftersale_id}/agree', { path: pathOf(request), body }),
      say('agreedNow'),
    );
  },

  async refuse(event: Tap): Promise<void> {
    const request = this.found(event);
    if (!request || this.data.isBusy) return;
    const { confirm, content } = await wx.showModal({
      title: say('refuseWhy'),
      editable: true,
      confirmText: say('refuseRefund'),
      cancelText: say('no'),
    });
    if (!confirm) return;
    const answer = content?.trim().slice(0, 200);
    if (!answer) {
      void wx.showToast({ title: say('refuseFirst'), icon: 'none' });
      return;
    }
    await this.settle(
      () =>
        staff.post('/aftersales/{aftersale_id}/refuse', {
          path: pathOf(request),
          body: { answer },
        }),
      say('refusedNow'),
    );
  },

  found(event: Tap): RequestView | undefined {
    return this.data.requests.find(({ id }) => id === event.currentTarget.dataset.id);
  },

  /** Answer, say how it went, and show the list as it is now. */
  async settle(deed: () => Promise<unknown>, title: string): Promise<void> {
    this.setData({ isBusy: true });
    if (await this.attempt(deed)) void wx.showToast({ title, icon: 'none' });
    await this.attempt(() => this.list());
    this.setData({ isBusy: false });
  },
});

function pathOf({ id }: Request): { aftersale_id: string } {
  return { aftersale_id: id };
}

function view(request: Request): RequestView {
  const sent = request.order.parcels_count;
  return {
    ...request,
    at: moment(request.created_at),
    stateWord: requestWord(request.state),
    reasonWord: say(REASONS[request.reason]),
    sent: sent ? say('parcelsSent', { count: sent }) : '',
  };
}
