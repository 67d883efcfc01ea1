import { api, type Answer } from '../../../utils/api';
import { day, moment } from '../../../utils/dates';
import { language, say, type Word } from '../../../utils/i18n';
import { money } from '../../../utils/money';
import { shopPage, type Loaded } from '../../../utils/page';
import { Pager } from '../../../utils/pager';
import { keepCode, recommended } from '../../../utils/recommending';
import { go, routes } from '../../../utils/routes';
import { theme } from '../../../utils/theme';

type Mine = Answer<'get', '/distribution'>;
type Commission = Answer<'get', '/distribution/commissions'>['items'][number];
type Tap = WechatMiniprogram.TouchEvent;

interface CommissionView extends Commission {
  stateWord: string;
  /** What it comes to now: in the wallet, or on its way there. */
  minor: number;
  at: string;
  due: string;
}

const STATES: Record<Commission['state'], Word> = {
  pending: 'commissionPending',
  holding: 'commissionHolding',
  settled: 'commissionSettled',
  void: 'commissionVoid',
};
const pagers = new WeakMap<object, Pager<Commission>>();

/** Recommend the shop: become a distributor, share the link, see what it brings. */
shopPage({
  module: 'shop',
  title: 'distribution',
  words: [
    'distribution', 'becomeDistributor', 'distributionApplied', 'distributionPaused',
    'distributionRefused', 'distributionClosed', 'shareLink', 'earnedPending', 'earnedSettled',
    'commissions', 'noCommissions', 'noMore', 'whyThis', 'distributionSelf', 'myCode', 'wallet',
  ], // prettier-ignore
  data: {
    mine: null as Mine | null,
    /** The rules in sentences. */
    rules: [] as string[],
    rows: [] as CommissionView[],
    isComplete: false,
    isBusy: false,
  },

  async load(): Promise<Loaded> {
    const mine = await api.get('/distribution', { isMine: true });
    keepCode(mine.code);
    this.setData({ mine });
    await this.list();
    return 'ready';
  },

  repaint(): void {
    const { mine, rows } = this.data;
    this.setData({ rows: rows.map(view), rules: mine ? rulesOf(mine) : [] });
  },

  async list(): Promise<void> {
    const begun: Pager<Commission> = new Pager((cursor) =>
      api.get('/distribution/commissions', { query: { cursor, limit: 20 }, isMine: true }),
    );
    pagers.set(this, begun);
    if (this.data.mine?.state) await begun.more();
    this.show(begun);
  },

  show(listed: Pager<Commission>): void {
    this.setData({ rows: listed.items.map(view), isComplete: listed.isComplete });
    this.repaint();
  },

  async onReachBottom(): Promise<void> {
    const listed = pagers.get(this);
    if (!listed || listed.isComplete) return;
    if (await this.attempt(() => listed.more())) this.show(listed);
  },

  async join(): Promise<void> {
    if (this.data.isBusy) return;
    this.setData({ isBusy: true });
    await this.attempt(async () => {
      const mine = await api.post('/distribution/apply', { isMine: true });
      keepCode(mine.code);
      this.setData({ mine });
      this.repaint();
    });
    this.setData({ isBusy: false });
  },

  openWallet(): void {
    go(routes.wallet);
  },

  /** Show how a commission was calculated, line by line. */
  async explain(event: Tap): Promise<void> {
    const path = { commission_id: event.currentTarget.dataset.id as string };
    await this.attempt(async () => {
      const told = await api.get('/distribution/commissions/{commission_id}/explanation', {
        path,
        isMine: true,
      });
      const lines = told.steps.map((step) => {
        const label = language() === 'zh-Hans' ? step.label.zh : step.label.en;
        return `${label} ${money(step.amount_minor, told.currency)}`;
      });
      const whole = money(told.amount_minor, told.currency);
      await wx.showModal({
        title: say('whyThis'),
        content: [...lines, `${say('total')} ${whole}`].join('\n'),
        showCancel: false,
        confirmText: say('yes'),
      });
    });
  },

  onShareAppMessage() {
    return { title: theme()?.name ?? '', path: recommended(routes.home) };
  },
});

function view(row: Commission): CommissionView {
  return {
    ...row,
    stateWord: say(STATES[row.state]),
    minor: row.state === 'settled' ? row.settled_minor : row.kept_minor,
    at: moment(row.created_at),
    due:
      row.state === 'holding' && row.due_at ? say('commissionDue', { day: day(row.due_at) }) : '',
  };
}

function rulesOf({ programme }: Mine): string[] {
  const rate = String(programme.rate_bp / 100);
  return [
    say('distributionRate', { rate }),
    say('distributionWindow', { days: String(programme.window_days) }),
    say('distributionHold', { days: String(programme.hold_days) }),
    say('distributionSelf'),
  ];
}
