import { api } from '../../../utils/api';
import {
  heldPeriod, period, terms, ticket, worth, type Claimable, type MyCoupon, type Ticket,
} from '../../../utils/coupon'; // prettier-ignore
import { say, type Word } from '../../../utils/i18n';
import { shopPage, type Loaded } from '../../../utils/page';
import { Pager } from '../../../utils/pager';
import { go, routes } from '../../../utils/routes';
import { keyFor } from '../checkout/once';

type Mine = 'usable' | 'used' | 'expired';
type Tab = 'claim' | Mine;
type Tap = WechatMiniprogram.TouchEvent;

interface Row extends Ticket {
  period: string;
  /** What stands where the deed would be. */
  note: string;
  canClaim: boolean;
  canUse: boolean;
}

const TABS: readonly [id: Tab, word: Word][] = [
  ['claim', 'couponsToClaim'],
  ['usable', 'couponsUsable'],
  ['used', 'couponsUsed'],
  ['expired', 'couponsExpired'],
];
const pagers = new WeakMap<object, Pager<MyCoupon>>();
const offered = new WeakMap<object, Claimable[]>();

/** Coupons to claim, and mine by state, 20 at a time. Query: `tab`. */
shopPage({
  module: 'shop',
  title: 'coupons',
  words: ['coupons', 'claim', 'useCoupon', 'noCoupons', 'noMore', 'lookAround'],
  data: {
    tabs: [] as { id: Tab; label: string }[],
    tab: 'claim' as Tab,
    hasBegun: false,
    counts: {} as Record<string, number>,
    rows: [] as Row[],
    isComplete: false,
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
    this.show();
  },

  shown(): void {
    void this.attempt(() => this.list());
  },

  async choose(event: Tap): Promise<void> {
    this.setData({ tab: event.currentTarget.dataset.id as Tab });
    await this.turnTo(() => this.list());
  },

  /** Begin the list of the chosen tab. Whoever only looks at what there is need not sign in. */
  async list(): Promise<void> {
    const { tab } = this.data;
    if (tab === 'claim') {
      offered.set(this, (await api.get('/coupons')).items);
    } else {
      const begun: Pager<MyCoupon> = new Pager(async (cursor) => {
        const query = { state: tab, cursor, limit: 20 };
        const page = await api.get('/coupons/mine', { query, isMine: true });
        this.setData({ counts: page.counts });
        return page;
      });
      pagers.set(this, begun);
      await begun.more();
    }
    if (this.data.tab !== tab) return;
    this.paintTabs();
    this.show();
  },

  async onReachBottom(): Promise<void> {
    const listed = pagers.get(this);
    if (this.data.tab === 'claim' || !listed || listed.isComplete) return;
    if (await this.attempt(() => listed.more())) this.show();
  },

  show(): void {
    const listed = pagers.get(this);
    const isClaiming = this.data.tab === 'claim';
    const rows = isClaiming
      ? (offered.get(this) ?? []).map(offeredRow)
      : (listed?.items ?? []).map(myRow);
    this.setData({ rows, isComplete: isClaiming || (listed?.isComplete ?? true) });
  },

  paintTabs(): void {
    const { counts } = this.data;
    const tabs = TABS.map(([id, word]) => {
      const count = counts[id] ?? 0;
      return { id, label: count ? `${say(word)} (${count})` : say(word) };
    });
    this.setData({ tabs });
  },

  /** Claim once per tap; the same tap sent again gives the same coupon. */
  async claim(event: Tap): Promise<void> {
    const id = event.currentTarget.dataset.id as string;
    const coupon = offered.get(this)?.find((one) => one.id === id);
    if (!coupon || this.data.isBusy) return;
    this.setData({ isBusy: true });
    const isDone = await this.attempt(async () => {
      const path = { coupon_id: id };
      const idempotencyKey = keyFor(this, { id, left: coupon.left });
      await api.post('/coupons/{coupon_id}/claim', { path, idempotencyKey, isMine: true });
    });
    this.setData({ isBusy: false });
    if (isDone) void wx.showToast({ title: say('claimedNow') });
    await this.attempt(() => this.list());
  },

  use(): void {
    go(routes.products({}));
  },

  lookAround(): void {
    void wx.switchTab({ url: routes.home });
  },
});

function offeredRow(coupon: Claimable): Row {
  const { is_claimed: isClaimed } = coupon;
  const note = isClaimed ? say('claimed') : '';
  return { ...ticket(coupon), period: period(coupon), note, canClaim: !isClaimed, canUse: false };
}

function myRow(mine: MyCoupon): Row {
  const { id, coupon, state } = mine;
  const notes: Record<string, string> = {
    reserved: say('couponReserved'),
    used: say('couponsUsed'),
    expired: say('couponsExpired'),
  };
  return {
    id,
    worth: worth(coupon, coupon.currency),
    title: coupon.title,
    terms: terms(coupon, coupon.currency),
    period: heldPeriod(mine),
    note: notes[state] ?? '',
    canClaim: false,
    canUse: state === 'usable',
  };
}
