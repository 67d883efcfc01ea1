import { api, type Answer } from '../../utils/api';
import { ext } from '../../utils/ext';
import { chooseLanguage, language, say, type Language, type Word } from '../../utils/i18n';
import { isSure } from '../../utils/order';
import { shopPage } from '../../utils/page';
import { go, routes } from '../../utils/routes';
import { forget, isSignedIn, signIn } from '../../utils/session';
import { loadTheme, paintTabBar, theme } from '../../utils/theme';

type Me = Answer<'get', '/me'>;
type Tap = WechatMiniprogram.TouchEvent;

const LANGUAGES: { id: Language; name: string }[] = [
  { id: 'zh-Hans', name: '简体中文' },
  { id: 'en', name: 'English' },
];
const COUNTERS: readonly [tab: string, icon: string, word: Word][] = [
  ['to_pay', 'wallet', 'orderUnpaid'],
  ['to_ship', 'gift', 'orderPaid'],
  ['to_receive', 'location', 'orderShipped'],
  ['completed', 'check-circle', 'orderCompleted'],
];

interface Counter {
  tab: string;
  icon: string;
  label: string;
  count: number;
}

/** The visitor's own page: nobody needs to sign in to look at it. */
shopPage({
  title: 'me',
  words: [
    'signIn', 'signOut', 'signInHint', 'language', 'callShop', 'changeNickname', 'orders', 'allOrders',
    'addresses', 'coupons', 'service', 'settings', 'privacyGuide', 'aboutShop', 'version', 'forStaff', 'distribution',
    'wallet',
  ], // prettier-ignore
  data: {
    me: null as Me | null,
    name: '',
    /** What becomes of a nickname that others do not see yet. */
    pending: '',
    counters: [] as Counter[],
    counts: {} as Record<string, number>,
    hasShop: true,
    hasOwner: false,
    /** Whether the shop has distributors, or I am one. */
    hasDistribution: false,
    languageName: '',
    phone: '',
    about: '',
    version: '',
  },

  async load(): Promise<void> {
    paintTabBar();
    const look = theme() ?? (await loadTheme());
    const hasShop = look.modules.includes('shop');
    const hasOwner = look.modules.includes('owner');
    this.setData({ hasShop, hasOwner, phone: look.service_phone, version: ext().v });
    const [me, counts, hasDistribution] = isSignedIn() ? await mine(hasShop) : [null, {}, false];
    this.setData({ me, counts, hasDistribution });
    this.repaint();
  },

  repaint(): void {
    const { me, counts } = this.data;
    this.setData({
      name: me?.nickname || say(me ? 'customer' : 'visitor'),
      pending: me ? pendingOf(me) : '',
      counters: COUNTERS.map(([tab, icon, word]) => {
        return { tab, icon, label: say(word), count: counts[tab] ?? 0 };
      }),
      languageName: LANGUAGES.find(({ id }) => id === language())?.name ?? '',
      about: say('aboutText', { name: theme()?.name ?? '' }),
    });
  },

  shown(): void {
    paintTabBar();
    void this.reload();
  },

  async signIn(): Promise<void> {
    await this.attempt(signIn);
    await this.reload();
  },

  async signOut(): Promise<void> {
    if (!(await isSure('signOutSure'))) return;
    await this.attempt(() => api.post('/logout'));
    forget();
    await this.reload();
  },

  /** Ask for another name; the shop's rules and WeChat's look at it before others see it. */
  async changeNickname(): Promise<void> {
    const { confirm, content } = await wx.showModal({
      title: say('changeNickname'),
      editable: true,
      content: this.data.me?.nickname ?? '',
      placeholderText: say('nicknameHint'),
      confirmText: say('save'),
      cancelText: say('no'),
    });
    const nickname = content?.trim();
    if (!confirm || !nickname) return;
    await this.attempt(async () => {
      this.setData({ me: await api.patch('/me', { body: { nickname }, isMine: true }) });
      this.repaint();
      void wx.showToast({ title: this.data.pending || say('savedNow'), icon: 'none' });
    });
  },

  openOrders(event: Tap): void {
    go(routes.orders(event.currentTarget.dataset.tab as string | undefined));
  },

  openDistribution(): void {
    go(routes.distribution);
  },

  openWallet(): void {
    go(routes.wallet);
  },

  openCoupons(): void {
    go(routes.coupons(isSignedIn() ? 'usable' : undefined));
  },

  openAddresses(): void {
    go(routes.addresses);
  },

  async changeLanguage(): Promise<void> {
    const itemList = LANGUAGES.map(({ name }) => name);
    const told = await wx.showActionSheet({ itemList }).catch(() => undefined); // cancelled
    const chosen = told && LANGUAGES[told.tapIndex];
    if (!chosen) return;
    chooseLanguage(chosen.id);
    this.onShow();
  },

  openStaff(): void {
    go(routes.staff);
  },

  openPrivacy(): void {
    wx.openPrivacyContract({});
  },

  call(): void {
    void wx.makePhoneCall({ phoneNumber: this.data.phone });
  },
});

/** Return who I am, how many orders stand where, and whether I may recommend the shop. */
async function mine(hasShop: boolean): Promise<[Me, Record<string, number>, boolean]> {
  const [me, counts, recommends] = await Promise.all([
    api.get('/me', { isMine: true }),
    hasShop
      ? api.get('/orders', { query: { limit: 1 }, isMine: true }).then((page) => page.counts)
      : {},
    hasShop
      ? api
          .get('/distribution', { isMine: true })
          .then(({ programme, state }) => programme.is_open || state !== null)
      : false,
  ]);
  return [me, counts, recommends];
}

function pendingOf(me: Me): string {
  if (!me.pending_nickname) return '';
  const word = me.nickname_standing === 'refused' ? 'nicknameRefused' : 'nicknameHeld';
  return say(word, { name: me.pending_nickname });
}
