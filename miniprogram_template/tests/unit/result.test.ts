import { expect, test, vi } from 'vitest';
import { open, rest, wechat, type Opened } from './pages';

const ORDER = {
  id: 'o', number: '1', state: 'unpaid', total_minor: 100, currency: 'CNY', refund_state: 'none',
  expires_at: '2026-11-29T16:00:00Z', pickup: null,
}; // prettier-ignore
const page = () => import('../../miniprogram/packages/shop/result/result');

test('where the sheet fails and nobody answers, it is not said that nothing was paid', async () => {
  const requestPayment = vi.fn(() =>
    Promise.reject({ errMsg: 'requestPayment:fail system error' }),
  );
  wechat(
    ({ url }) => {
      if (url.endsWith('/refresh')) return { errMsg: 'request:fail' };
      if (url.endsWith('/pay')) return { statusCode: 200, data: {} };
      return { statusCode: 200, data: url.includes('/orders/') ? ORDER : { items: [] } };
    },
    { requestPayment },
  );
  const result = await open(page, { id: 'o', pay: '1' });
  await vi.waitFor(() => expect(result.data.isBusy).toBe(false));
  expect(requestPayment).toHaveBeenCalledOnce();
  expect(result.data.stage).toBe('unknown');
});

test.each(['/orders/o', '/orders/o/pay'])(
  'whoever leaves while %s is asked is not asked to pay on another page',
  async (place) => {
    const requestPayment = vi.fn(() => Promise.resolve());
    let result: Opened;
    wechat(
      ({ url }) => {
        if (url.endsWith(place)) result.onUnload();
        const data = url.endsWith('/templates') ? { items: [] } : url.endsWith('/pay') ? {} : ORDER;
        return { statusCode: 200, data };
      },
      { requestPayment },
    );
    await open(page, { id: 'o', pay: '1' }, (made) => (result = made));
    await rest();
    expect(requestPayment).not.toHaveBeenCalled();
  },
);
