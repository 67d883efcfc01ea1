import { expect, test, vi } from 'vitest';
import { open, rest, tap, wechat } from './pages';

const page = () => import('../../miniprogram/packages/shop/checkout/checkout');
const preview = (total_minor: number) => ({
  total_minor, lines: [], coupons: [], member_coupon_id: null, currency: 'CNY',
}); // prettier-ignore

test('a slow answer about what was chosen before does not show its price', async () => {
  let answerSlowly = (): void => undefined;
  wechat(({ url, data }) => {
    if (!url.endsWith('/checkout/preview')) {
      return { statusCode: 200, data: { items: [{ id: 'one' }, { id: 'two' }] } };
    }
    const point = (data as { pickup_point_id?: string }).pickup_point_id;
    const reply = { statusCode: 200, data: preview(point === 'two' ? 200 : 100) };
    if (point !== 'one') return reply;
    return new Promise((resolve) => (answerSlowly = () => resolve(reply)));
  });
  const checkout = await open(page, { sku: 's', quantity: '1' });
  void checkout.choosePoint(tap({ id: 'one' }));
  await vi.waitFor(() => expect(checkout.data.pointId).toBe('one'));
  await checkout.choosePoint(tap({ id: 'two' }));
  expect(checkout.data.preview.total_minor).toBe(200);
  answerSlowly();
  await rest();
  expect(checkout.data.preview.total_minor).toBe(200);
});

test('a tap on “order” while the page is closing orders nothing more', async () => {
  const asked = wechat(({ url }) => {
    if (url.endsWith('/checkout/preview')) return { statusCode: 200, data: preview(100) };
    const data = url.endsWith('/orders')
      ? { id: 'o', state: 'unpaid' }
      : { items: [{ id: 'one' }] };
    return { statusCode: 200, data };
  });
  const checkout = await open(page, { sku: 's', quantity: '1' });
  await checkout.submit();
  await checkout.submit();
  expect(asked.filter(({ url }) => url.endsWith('/orders'))).toHaveLength(1);
  expect(wx.redirectTo).toHaveBeenCalledOnce();
});
