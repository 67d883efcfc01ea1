import { expect, test } from 'vitest';
import { open, rest, tap, wechat, type Opened } from './pages';

const orders = () => import('../../miniprogram/packages/shop/orders/orders');
const order = (state: string) => ({ id: state, number: state, state, lines: [], pickup: null });

test('where another list cannot be had, the one before does not stand under its name', async () => {
  let isOffline = false;
  wechat(() => {
    if (isOffline) return { errMsg: 'request:fail' };
    return { statusCode: 200, data: { items: [order('completed')], next: null, counts: {} } };
  });
  const page = await open(orders, { tab: 'completed' });
  isOffline = true;
  await page.choose(tap({ id: 'to_pay' }));
  expect(page.data).toMatchObject({ tab: 'to_pay', status: 'offline' });
  isOffline = false;
  await page.reload();
  expect(page.data).toMatchObject({ tab: 'to_pay', status: 'ready' });
});

test('a list that fails late does not hide the one that was chosen since', async () => {
  let fail = (): void => undefined;
  wechat(({ url }) => {
    const data = { items: [order('paid')], next: null, counts: {} };
    if (!url.includes('to_pay')) return { statusCode: 200, data };
    return new Promise((resolve) => (fail = () => resolve({ errMsg: 'request:fail timeout' })));
  });
  const page = await open(orders);
  void page.choose(tap({ id: 'to_pay' }));
  await page.choose(tap({ id: 'to_ship' }));
  fail();
  await rest();
  expect(page.data).toMatchObject({ tab: 'to_ship', status: 'ready' });
});

test('a page that was left does not begin again when the network is back', async () => {
  let isBack = (): void => undefined;
  let page: Opened;
  const asked = wechat(
    () => {
      page.onUnload();
      return { errMsg: 'request:fail' };
    },
    { onNetworkStatusChange: (tell: Function) => (isBack = () => tell({ isConnected: true })) },
  );
  const { watchNetwork } = await import('../../miniprogram/utils/network');
  watchNetwork();
  await open(orders, {}, (made) => (page = made));
  isBack();
  await rest();
  expect(asked).toHaveLength(1);
});
