import { api, type Answer } from '../../utils/api';
import { countCart } from '../../utils/cart-count';
import type { Claimable } from '../../utils/coupon';
import { absolute } from '../../utils/ext';
import { shopPage, type Loaded } from '../../utils/page';
import { noteVisit, recommended } from '../../utils/recommending';
import { go, isInFront, routes } from '../../utils/routes';
import { isSignedIn } from '../../utils/session';
import { loadTheme, paintTabBar, theme } from '../../utils/theme';
import { wantCategory } from '../categories/wanted';

type Home = Answer<'get', '/home'>;

/** The shop front: everything on it is what the server says. */
shopPage({
  words: ['announcement', 'chosen', 'newest', 'emptyShop', 'lookAgain', 'searchHint', 'seeAll'],
  data: {
    home: null as Home | null,
    coupons: [] as (Home['coupons'][number] | Claimable)[],
    bannerAt: 0,
    logo: '',
    /** Whether there is a shop to search in. */
    isSelling: true,
  },

  async load({ d }): Promise<Loaded> {
    if (!this.data.home) noteVisit(d);
    const [home] = await Promise.all([api.get('/home'), loadTheme()]);
    this.setData({ home });
    this.repaint();
    void this.count();
    void this.findCoupons();
    const { chosen, newest, banners, announcement } = home;
    return chosen.length || newest.length || banners.length || announcement ? 'ready' : 'empty';
  },

  repaint() {
    const look = theme();
    this.setData({
      logo: look?.logo_url ?? '',
      isSelling: look?.modules.includes('shop') ?? true,
    });
    if (look) this.entitle(look.name);
    if (isInFront(this)) paintTabBar();
  },

  shown() {
    paintTabBar();
    void this.findCoupons();
  },

  /** What of the front's coupons is left to claim; only whoever signed in has claimed some. */
  async findCoupons(): Promise<void> {
    const offered = this.data.home?.coupons ?? [];
    const isAsked = offered.length > 0 && isSignedIn();
    const found = isAsked ? await api.get('/coupons').catch(() => undefined) : undefined;
    this.setData({ coupons: found?.items ?? offered });
  },

  /** The number on the cart's tab can wait, and can be missing. */
  async count(): Promise<void> {
    await countCart().catch(() => undefined);
    if (isInFront(this)) paintTabBar();
  },

  turn(event: WechatMiniprogram.SwiperChange) {
    this.setData({ bannerAt: event.detail.current });
  },

  openBanner(event: WechatMiniprogram.TouchEvent) {
    const banner = this.data.home?.banners[event.currentTarget.dataset.at as number];
    if (banner?.product_id) go(routes.product(banner.product_id));
  },

  openAll(): void {
    go(routes.products({}));
  },

  openCategory(event: WechatMiniprogram.TouchEvent) {
    wantCategory(event.currentTarget.dataset.id as string);
    void wx.switchTab({ url: routes.categories });
  },

  onShareAppMessage() {
    const { home, logo } = this.data;
    const picture = home?.banners[0]?.image_url ?? logo;
    // Without a picture WeChat takes one of the page.
    const imageUrl = absolute(picture) || undefined;
    return { title: home?.name ?? '', path: recommended(routes.home), imageUrl };
  },
});
