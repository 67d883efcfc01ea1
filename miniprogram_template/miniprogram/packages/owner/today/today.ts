import { say, type Word } from '../../../utils/i18n';
import { money } from '../../../utils/money';
import { isSure } from '../../../utils/order';
import { shopPage } from '../../../utils/page';
import { asProblem } from '../../../utils/problem';
import { go, routes } from '../../../utils/routes';
import { linkPhone, staff, unlinkPhone, worker, type StaffAnswer } from '../staff';

type Today = StaffAnswer<'get', '/today'>;
type Tap = WechatMiniprogram.TouchEvent;

const ROLES: Record<string, Word> = {
  owner: 'roleOwner',
  manager: 'roleManager',
  fulfilment: 'roleFulfilment',
};

interface Figure {
  id: string;
  label: string;
  value: string;
}

interface Door extends Figure {
  icon: string;
  route: string;
  isUrgent: boolean;
}

/** The staff's first page: how today goes, and what waits. Asks a new phone for the portal's code. */
shopPage({
  module: 'owner',
  title: 'staffDesk',
  words: [
    'linkHint', 'linkCode', 'linkPhone', 'scan', 'unlinkPhone', 'waiting', 'lowStock', 'shippingAlarms',
  ], // prettier-ignore
  data: {
    isLinked: false,
    code: '',
    isBusy: false,
    today: null as Today | null,
    heading: '',
    who: '',
    figures: [] as Figure[],
    doors: [] as Door[],
    /** What needs a look and has no page of its own here. */
    warnings: [] as Figure[],
  },

  async load(): Promise<void> {
    try {
      const today = await staff.get('/today');
      this.setData({ today, isLinked: true });
    } catch (error) {
      if (asProblem(error).code !== 'phone_not_linked') throw error;
      this.setData({ today: null, isLinked: false });
    }
    this.repaint();
  },

  shown(): void {
    void this.reload();
  },

  repaint(): void {
    const { today } = this.data;
    if (!today) return;
    const by = worker();
    const role = ROLES[by?.role ?? ''];
    this.setData({
      heading: say('todayIs', { day: today.day }),
      who: by ? `${by.email} · ${role ? say(role) : by.role}` : '',
      figures: figuresOf(today),
      doors: doorsOf(today),
      warnings: warningsOf(today),
    });
  },

  type(event: WechatMiniprogram.Input): void {
    this.setData({ code: event.detail.value });
  },

  /** The portal shows the code as a QR code, too. */
  async scan(): Promise<void> {
    const read = await wx.scanCode({ scanType: ['qrCode'] }).catch(() => undefined); // closed
    if (!read) return;
    this.setData({ code: read.result.trim() });
    await this.link();
  },

  async link(): Promise<void> {
    const code = this.data.code.replace(/\s/g, '');
    if (!/^\d{8}$/.test(code)) {
      void wx.showToast({ title: say('linkCodeWrong'), icon: 'none' });
      return;
    }
    if (this.data.isBusy) return;
    this.setData({ isBusy: true });
    const isLinked = await this.attempt(() => linkPhone(code));
    this.setData({ isBusy: false });
    if (!isLinked) return;
    this.setData({ code: '' });
    void wx.showToast({ title: say('linkedNow') });
    await this.reload();
  },

  async unlink(): Promise<void> {
    if (!(await isSure('unlinkPhone', 'unlinkSure'))) return;
    if (await this.attempt(unlinkPhone)) await this.reload();
  },

  open(event: Tap): void {
    go(event.currentTarget.dataset.route as string);
  },
});

function figuresOf(today: Today): Figure[] {
  const sum = (minor: number): string => money(minor, today.currency);
  const figures: [Word, string][] = [
    ['ordersToday', String(today.orders_count)],
    ['paidToday', String(today.paid_count)],
    ['refundsToday', String(today.refunds_count)],
  ];
  if (today.paid_minor !== null) figures.push(['paidSum', sum(today.paid_minor)]);
  if (today.refunded_minor !== null) figures.push(['refundedSum', sum(today.refunded_minor)]);
  return figures.map(([word, value]) => ({ id: word, label: say(word), value }));
}

function doorsOf(today: Today): Door[] {
  const doors: [Word, string, string, number][] = [
    ['toShip', 'gift', routes.staffOrders, today.to_ship_count],
    ['toHandOver', 'user', routes.staffPickups, today.to_hand_over_count],
    ['toRefund', 'wallet', routes.staffRefunds, today.refund_requests_count],
    ['goods', 'shop', routes.staffProducts, 0],
  ];
  const shown = doors.filter(([word, , , count]) => word !== 'toHandOver' || count > 0);
  return shown.map(([word, icon, route, count]) => {
    const value = count ? String(count) : '';
    return { id: word, label: say(word), icon, route, value, isUrgent: count > 0 };
  });
}

function warningsOf(today: Today): Figure[] {
  const warnings: [Word, number][] = [
    ['lowStock', today.low_stock_count],
    ['shippingAlarms', today.shipping_alarms_count],
  ];
  return warnings
    .filter(([, count]) => count > 0)
    .map(([word, count]) => ({
      id: word,
      label: say(word, { few: today.few }),
      value: String(count),
    }));
}
