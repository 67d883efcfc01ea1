/** How many pieces lie in the cart: the number on its tab. */
import { api, type Answer } from './api';
import { isSignedIn } from './session';

type Cart = Answer<'get', '/cart'>;

const TAB = 2;
const MOST_SHOWN = 99;
let count: number | undefined;

/** Remember what the API said of the cart. */
export function noteCart({ lines }: Pick<Cart, 'lines'>): void {
  count = lines.reduce((sum, { quantity }) => sum + quantity, 0);
}

/** Nobody knows: the person changed, or an order took goods out. */
export function forgetCart(): void {
  count = undefined;
}

/** Return the number in words; empty where there is none. */
export function cartCount(): string {
  if (!count || !isSignedIn()) return '';
  return count > MOST_SHOWN ? `${MOST_SHOWN}+` : String(count);
}

/** Write the number on the tab; only on a tab page, as WeChat wants it. */
export function paintCartCount(): void {
  const text = cartCount();
  if (text) void wx.setTabBarBadge({ index: TAB, text });
  else void wx.removeTabBarBadge({ index: TAB });
}

/** Ask the API where nobody knows; a visitor without a sign-in has no cart yet. */
export async function countCart(): Promise<void> {
  if (count === undefined && isSignedIn()) noteCart(await api.get('/cart', { isMine: true }));
}
