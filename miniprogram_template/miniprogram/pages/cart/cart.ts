import { api, type Answer } from '../../utils/api';
import { shopPage, type Loaded } from '../../utils/page';
import { go, routes } from '../../utils/routes';
import { paintTabBar } from '../../utils/theme';

type Cart = Answer<'get', '/cart'>;

/** What lies in the cart, with the prices of now. */
shopPage({
  title: 'cart',
  words: ['cartEmpty', 'lookAround', 'noLongerForSale', 'total'],
  data: {
    cart: null as Cart | null,
  },

  async load(): Promise<Loaded> {
    paintTabBar();
    const cart = await api.get('/cart', { isMine: true });
    this.setData({ cart });
    return cart.lines.length || cart.invalid.length ? 'ready' : 'empty';
  },

  shown() {
    paintTabBar();
    void this.reload();
  },

  open(event: WechatMiniprogram.TouchEvent) {
    go(routes.product(event.currentTarget.dataset.id as string));
  },

  lookAround() {
    void wx.switchTab({ url: routes.home });
  },
});
