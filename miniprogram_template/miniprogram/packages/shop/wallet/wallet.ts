import { api, type Answer } from '../../../utils/api';
import { moment } from '../../../utils/dates';
import { language, say, type Word } from '../../../utils/i18n';
import { money, typed } from '../../../utils/money';
import { isSure } from '../../../utils/order';
import { shopPage, type Loaded } from '../../../utils/page';
import { Pager } from '../../../utils/pager';
import { takeTransfer } from '../../../utils/paying';
import { asProblem } from '../../../utils/problem';
import { go, routes } from '../../../utils/routes';
import { keyFor } from '../checkout/once';

type Wallet = Answer<'get', '/wallet'>;
type Withdrawal = Answer<'get', '/withdrawals'>['items'][number];
type Entry = Answer<'get', '/wallet/entries'>['items'][number];
type Tap = WechatMiniprogram.TouchEvent;
type Input = WechatMiniprogram.Input;

interface WithdrawalView extends Withdrawal {
  stateWord: string;
  at: string;
  /** What the person is told beside it: until when to take it, or why not. */
  note: string;
  canTake: boolean;
  canCancel: boolean;
}

interface EntryView {
  id: string;
  words: string;
  at: string;
  minor: number;
}

const STATES: Record<Withdrawal['state'], Word> = {
  requested: 'withdrawalRequested',
  reviewed: 'withdrawalRequested',
  approved: 'withdrawalOnItsWay',
  submitting: 'withdrawalOnItsWay',
  unknown: 'withdrawalOnItsWay',
  wait_user_confirm: 'withdrawalToTake',
  processing: 'withdrawalOnItsWay',
  cancelling: 'withdrawalCancelling',
  paid: 'withdrawalPaid',
  expired: 'withdrawalExpired',
  cancelled: 'withdrawalCancelled',
  failed: 'withdrawalFailed',
  rejected: 'withdrawalRejected',
};
const CANCELLABLE = ['requested', 'reviewed', 'approved', 'wait_user_confirm'];
const SHOWN = 20;
const pagers = new WeakMap<object, Pager<Entry>>();

/** What is in my wallet, why, and how it gets to me. */
shopPage({
  module: 'shop',
  title: 'wallet',
  words: [
    'inWallet', 'onItsWayOut', 'owed', 'withdrawAmount', 'realName', 'realNameWhy', 'withdrawNow',
    'withdrawals', 'takeIt', 'cancelWithdrawal', 'walletEntries', 'noEntries', 'noMore', 'withdrawalsOff',
    'distribution',
  ], // prettier-ignore
  data: {
    wallet: null as Wallet | null,
    /** The rules in sentences. */
    rules: [] as string[],
    amount: '',
    name: '',
    needsName: false,
    withdrawals: [] as WithdrawalView[],
    rows: [] as EntryView[],
    isComplete: false,
    isBusy: false,
  },

  async load(): Promise<Loaded> {
    const begun: Pager<Entry> = new Pager((cursor) =>
      api.get('/wallet/entries', { query: { cursor, limit: SHOWN }, isMine: true }),
    );
    const [wallet, { items }] = await Promise.all([
      api.get('/wallet', { isMine: true }),
      api.get('/withdrawals', { query: { limit: SHOWN }, isMine: true }),
      begun.more(),
    ]);
    pagers.set(this, begun);
    this.setData({ wallet, withdrawals: items.map(view) });
    this.repaint();
    return begun.items.length ? 'ready' : 'empty';
  },

  /** What the shop or WeChat did meanwhile. */
  shown(): void {
    void this.reload();
  },

  repaint(): void {
    const { wallet, withdrawals } = this.data;
    const listed = pagers.get(this);
    this.setData({
      rules: wallet ? rulesOf(wallet) : [],
      withdrawals: withdrawals.map(view),
      rows: (listed?.items ?? []).map(entryView),
      isComplete: listed?.isComplete ?? true,
    });
  },

  async onReachBottom(): Promise<void> {
    const listed = pagers.get(this);
    if (!listed || listed.isComplete) return;
    if (await this.attempt(() => listed.more())) this.repaint();
  },

  openDistribution(): void {
    go(routes.distribution);
  },

  typeAmount(event: Input): void {
    this.setData({ amount: event.detail.value });
  },

  typeName(event: Input): void {
    this.setData({ name: event.detail.value });
  },

  /** Say what would arrive, then ask for it: what was shown is what is asked for. */
  async withdraw(): Promise<void> {
    const { wallet, amount, isBusy } = this.data;
    if (!wallet || isBusy) return;
    const amountMinor = typed(amount, wallet.currency);
    if (!amountMinor) {
      void wx.showToast({ title: say('amountWrong'), icon: 'none' });
      return;
    }
    this.setData({ isBusy: true });
    await this.attempt(() => this.send(amountMinor));
    this.setData({ isBusy: false });
  },

  async send(amountMinor: number): Promise<void> {
    const quote = await api.get('/wallet/quote', {
      query: { amount_minor: amountMinor },
      isMine: true,
    });
    const net = money(quote.net_minor, quote.currency);
    const fee = money(quote.fee_minor, quote.currency);
    const { confirm } = await wx.showModal({
      title: say('withdrawArrives', { net }),
      content: quote.fee_minor ? say('withdrawFee', { fee }) : '',
      confirmText: say('yes'),
      cancelText: say('no'),
    });
    if (!confirm) return;
    const body = {
      amount_minor: amountMinor,
      expected_net_minor: quote.net_minor,
      name: this.data.name.trim(),
    };
    // A wish that was answered is another one when it is made again: the list tells them apart.
    const idempotencyKey = keyFor(this, { ...body, after: this.data.withdrawals[0]?.id });
    try {
      await api.post('/withdrawals', { body, idempotencyKey, isMine: true });
    } catch (error) {
      if (asProblem(error).code === 'name_needed') this.setData({ needsName: true });
      throw error;
    }
    this.setData({ amount: '', name: '', needsName: false });
    void wx.showToast({ title: say('withdrawalSent'), icon: 'none' });
    await this.reload();
  },

  /** Let WeChat ask the person to take it. Whether it arrived only the API knows. */
  async take(event: Tap): Promise<void> {
    if (this.data.isBusy) return;
    this.setData({ isBusy: true });
    const path = { withdrawal_id: event.currentTarget.dataset.id as string };
    await this.attempt(async () => {
      const { confirmation } = await api.get('/withdrawals/{withdrawal_id}', {
        path,
        isMine: true,
      });
      if (!confirmation || !(await takeTransfer(confirmation))) return;
      const { state } = await api.post('/withdrawals/{withdrawal_id}/refresh', {
        path,
        isMine: true,
      });
      void wx.showToast({ title: say(STATES[state]), icon: 'none' });
    });
    this.setData({ isBusy: false });
    await this.reload();
  },

  async cancel(event: Tap): Promise<void> {
    if (this.data.isBusy || !(await isSure('cancelWithdrawalSure'))) return;
    this.setData({ isBusy: true });
    const path = { withdrawal_id: event.currentTarget.dataset.id as string };
    await this.attempt(() =>
      api.post('/withdrawals/{withdrawal_id}/cancel', { path, isMine: true }),
    );
    this.setData({ isBusy: false });
    await this.reload();
  },
});

function view(row: Withdrawal): WithdrawalView {
  const canTake = row.state === 'wait_user_confirm';
  const until = canTake && row.confirm_by ? moment(row.confirm_by) : '';
  return {
    ...row,
    stateWord: say(STATES[row.state]),
    at: moment(row.created_at),
    note: until ? say('takeUntil', { time: until }) : row.answer,
    canTake,
    canCancel: CANCELLABLE.includes(row.state),
  };
}

function entryView({ id, reason, at, amount_minor }: Entry): EntryView {
  const words = language() === 'zh-Hans' ? reason.zh : reason.en;
  return { id, words, at: moment(at), minor: amount_minor };
}

function rulesOf({ currency, rules, most_minor }: Wallet): string[] {
  const fixed = rules.fee_fixed_minor ? money(rules.fee_fixed_minor, currency) : '';
  const rate = rules.fee_bp ? `${rules.fee_bp / 100}%` : '';
  const fee = [rate, fixed].filter(Boolean).join(' + ');
  return [
    say('withdrawMost', { most: money(most_minor, currency) }),
    say('withdrawLeast', { least: money(rules.minimum_minor, currency) }),
    fee ? say('withdrawFee', { fee }) : say('withdrawFree'),
  ];
}
