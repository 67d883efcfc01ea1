import { expect, test } from 'vitest';
import { open, wechat } from './pages';

const ORDER = { id: 'o', state: 'paid', refund_state: 'none', total_minor: 9, refunded_minor: 0 };
const page = () => import('../../miniprogram/packages/shop/refund/refund');

test('a request whose answer is lost keeps its key; one that says something else has its own', async () => {
  const asked = wechat(({ url, method }) => {
    if (method === 'POST') return { errMsg: 'request:fail timeout' };
    return { statusCode: 200, data: url.includes('/orders/') ? ORDER : { items: [] } };
  });
  const refund = await open(page, { order: 'o' });
  refund.chooseReason({ detail: { value: 'damaged' } });
  await refund.send();
  await refund.send();
  refund.chooseReason({ detail: { value: 'other' } });
  await refund.send();
  const sent = asked.filter(({ method }) => method === 'POST');
  const [first, again, another] = sent.map(({ header }) => header['Idempotency-Key']);
  expect(again).toBe(first);
  expect(another).not.toBe(first);
});
