import { expect, test } from 'vitest';
import { open, rest, tap, wechat } from './pages';

const order = (id: string, state = 'unpaid') => ({
  id,
  number: id,
  state,
  lines: [],
  pickup: null,
});
const page = () => import('../../miniprogram/packages/shop/orders/orders');

test('an order that was paid does not come back unpaid with the next page of the list', async () => {
  wechat(({ url }) => {
    const data = url.includes('/orders/one')
      ? order('one', 'paid')
      : url.includes('cursor=')
        ? { items: [order('three')], next: null, counts: {} }
        : { items: [order('one'), order('two')], next: 'c', counts: {} };
    return { statusCode: 200, data };
  });
  const orders = await open(page, { tab: 'to_pay' });
  orders.pay(tap({ id: 'one' }));
  orders.onShow();
  await rest();
  await orders.onReachBottom();
  expect(orders.data.orders.map(({ id }: { id: string }) => id)).toEqual(['two', 'three']);
});

test('what one cannot look at again now is looked at the next time', async () => {
  let isOffline = false;
  wechat(({ url }) => {
    if (isOffline) return { errMsg: 'request:fail' };
    const items = [order('one')];
    const data = url.includes('/orders/one')
      ? order('one', 'paid')
      : { items, next: null, counts: {} };
    return { statusCode: 200, data };
  });
  const orders = await open(page);
  orders.pay(tap({ id: 'one' }));
  isOffline = true;
  orders.onShow();
  await rest();
  isOffline = false;
  orders.onShow();
  await rest();
  expect(orders.data.orders[0].state).toBe('paid');
});
