import { expect, test, vi } from 'vitest';
import { open, wechat, type Opened } from './pages';

const page = () => import('../../miniprogram/packages/shop/order/order');
const order = () => ({
  id: 'o', number: '1', state: 'unpaid', refund_state: 'none', lines: [], parcels: [], refunds: [],
  address: {}, pickup: null, ticket: null, created_at: '2026-11-29T00:00:00Z', paid_at: null,
  shipped_at: null, completed_at: null, cancelled_at: null,
  expires_at: new Date(Date.now() + 60_000).toISOString(),
}); // prettier-ignore

test.each([false, true])(
  'the clock of an unpaid order runs on an open page only (left: %s)',
  async (isLeft) => {
    const ticking = vi.spyOn(globalThis, 'setInterval').mockReturnValue(0 as never);
    let shown: Opened;
    wechat(({ url }) => {
      if (isLeft) shown.onUnload();
      return { statusCode: 200, data: url.includes('/orders/') ? order() : { items: [] } };
    });
    await open(page, { id: 'o' }, (made) => (shown = made));
    expect(ticking).toHaveBeenCalledTimes(isLeft ? 0 : 1);
    ticking.mockRestore();
  },
);
