import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { open, tap, wechat, type Opened } from './pages';

const LINE = {
  sku_id: 'a', product_id: 'p', title: 'Tea', label: '', price_minor: 100, quantity: 1,
  available: 9, selected: true, image_url: null,
}; // prettier-ignore
const cartOf = (quantity: number) => ({
  lines: [{ ...LINE, quantity }],
  invalid: [],
  selected_count: 1,
  goods_minor: 100 * quantity,
  currency: 'CNY',
});
const page = () => import('../../miniprogram/pages/cart/cart');

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A cart whose API needs `ms` to answer. */
async function slowCart(ms: number): Promise<Opened> {
  let there = 1;
  const asked = wechat(({ method, data }) => {
    if (method !== 'GET') there = (data as { quantity: number }).quantity;
    const reply = { statusCode: 200, data: cartOf(there) };
    return new Promise((resolve) => setTimeout(() => resolve(reply), ms));
  });
  const opening = open(page);
  await vi.waitFor(() => expect(asked).toHaveLength(1));
  await vi.advanceTimersByTimeAsync(ms);
  return opening;
}

const more = (cart: Opened): void =>
  cart.changeQuantity({ ...tap({ sku: 'a' }), detail: { value: cart.data.lines[0].quantity + 1 } });

test('no tap on “more” is lost while an earlier number is on its way', async () => {
  const cart = await slowCart(200);
  more(cart); // 2, sent after 300 ms, answered after 500
  await vi.advanceTimersByTimeAsync(400);
  more(cart); // 3
  await vi.advanceTimersByTimeAsync(150); // the answer to 2 is there
  more(cart); // 4
  await vi.advanceTimersByTimeAsync(2000);
  expect(cart.data.lines[0].quantity).toBe(4);
  expect(cart.data.cart.lines[0].quantity).toBe(4);
});

test('a look at the cart that is slow does not undo what was changed meanwhile', async () => {
  let there = 1;
  wechat(({ method, data }) => {
    const seen = there;
    if (method !== 'GET') there = (data as { quantity: number }).quantity;
    const reply = { statusCode: 200, data: cartOf(method === 'GET' ? seen : there) };
    return new Promise((resolve) => setTimeout(() => resolve(reply), method === 'GET' ? 900 : 50));
  });
  const opening = open(page);
  await vi.advanceTimersByTimeAsync(1000);
  const cart = await opening;
  cart.shown();
  more(cart);
  await vi.advanceTimersByTimeAsync(5000);
  expect(cart.data.lines[0].quantity).toBe(2);
  expect(cart.data.cart.goods_minor).toBe(200);
});
