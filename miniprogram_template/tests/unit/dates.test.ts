import { expect, test } from 'vitest';
import { open, wechat } from './pages';

const page = () => import('../../miniprogram/packages/shop/order/order');

test('a phone whose clock is an hour ahead still offers to pay, for as long as the shop does', async () => {
  const shops = Date.now() - 3_600_000;
  const order = {
    id: 'o', number: '1', state: 'unpaid', refund_state: 'none', lines: [], parcels: [],
    refunds: [], address: {}, pickup: null, ticket: null, created_at: '2026-11-29T00:00:00Z',
    paid_at: null, shipped_at: null, completed_at: null, cancelled_at: null,
    expires_at: new Date(shops + 600_000).toISOString(),
  }; // prettier-ignore
  wechat(({ url }) => ({
    statusCode: 200,
    header: { date: new Date(shops).toUTCString() },
    data: url.includes('/orders/') ? order : { items: [] },
  }));
  const shown = await open(page, { id: 'o' });
  shown.onUnload();
  expect(shown.data.isPayable).toBe(true);
  expect(shown.data.hint).toMatch(/(10:00|09:5\d)/);
});
