import { beforeEach, expect, test, vi } from 'vitest';
import { install, type Asked } from './wechat';

beforeEach(() => vi.resetModules());

const SIGNED_IN = {
  token: 't1',
  expires_at: '2026-11-28T00:30:00Z',
  phone_id: 7,
  email: 'owner@example.com',
  role: 'owner',
};

function byPath(replies: Record<string, (asked: Asked) => { statusCode: number; data?: unknown }>) {
  return (asked: Asked) => {
    const place = asked.url.replace('https://api.invalid/b/shop/v1', '');
    const reply = replies[place];
    if (!reply) throw new Error(`nobody expected ${asked.method} ${place}`);
    return reply(asked);
  };
}

const module = () => import('../../miniprogram/packages/owner/staff');

test('a linked phone signs in by wx.login, once, however many ask', async () => {
  const asked = install(
    byPath({
      '/phones/login': () => ({ statusCode: 200, data: SIGNED_IN }),
      '/today': ({ header }) => ({ statusCode: 200, data: header.Authorization }),
      '/orders/carriers': ({ header }) => ({ statusCode: 200, data: header.Authorization }),
    }),
  );
  const { staff, worker } = await module();
  const both = await Promise.all([staff.get('/today'), staff.get('/orders/carriers')]);
  expect(both).toEqual(['Bearer t1', 'Bearer t1']);
  const logins = asked.filter(({ url }) => url.endsWith('/phones/login'));
  expect(logins.map(({ data, header }) => [data, header.Authorization])).toEqual([
    [{ appid: 'wxapp', code: 'code' }, undefined],
  ]);
  expect(worker()?.email).toBe('owner@example.com');
});

test('a phone that is not linked is a problem and keeps nothing', async () => {
  const refusal = { code: 'phone_not_linked', detail: '该微信未绑定本店成员。' };
  install(byPath({ '/phones/login': () => ({ statusCode: 403, data: refusal }) }));
  const { staff, worker } = await module();
  await expect(staff.get('/today')).rejects.toMatchObject({ code: 'phone_not_linked' });
  expect(worker()).toBeUndefined();
});

test('an ended token is renewed silently, once; a role that is too low is not', async () => {
  const asked = install(
    byPath({
      '/phones/login': () => ({ statusCode: 200, data: { ...SIGNED_IN, token: 'new' } }),
      '/today': ({ header }) =>
        header.Authorization === 'Bearer new'
          ? { statusCode: 403, data: { code: 'not_allowed', detail: '您没有权限执行此操作。' } }
          : { statusCode: 401, data: { code: 'sign_in_needed', detail: '请先登录。' } },
    }),
  );
  wx.setStorageSync('staff', { ...SIGNED_IN, token: 'old' });
  const { staff } = await module();
  await expect(staff.get('/today')).rejects.toMatchObject({ code: 'not_allowed', status: 403 });
  expect(asked.map(({ url }) => url.split('/v1')[1])).toEqual([
    '/today',
    '/phones/login',
    '/today',
  ]);
});

test('an edit brings the version that was seen', async () => {
  const asked = install(
    byPath({ '/products/p/prices': () => ({ statusCode: 200, data: { version: 4 } }) }),
  );
  wx.setStorageSync('staff', SIGNED_IN);
  const { staff } = await module();
  const body = { prices: [{ sku_id: 's', price_minor: 900 }] };
  await staff.patch('/products/{product_id}/prices', {
    path: { product_id: 'p' },
    version: 3,
    body,
  });
  expect(asked[0]!.header['If-Match']).toBe('"3"');
});

test('the portal’s code goes together with a fresh code of wx.login', async () => {
  const asked = install(byPath({ '/phones/link': () => ({ statusCode: 200, data: SIGNED_IN }) }));
  wx.getDeviceInfo = () => ({ model: 'iPhone 15' }) as WechatMiniprogram.DeviceInfo;
  const { linkPhone, worker } = await module();
  await linkPhone('12345678');
  expect(asked[0]!.data).toEqual({
    appid: 'wxapp',
    code: 'code',
    link_code: '12345678',
    device: 'iPhone 15',
  });
  expect(worker()?.phone_id).toBe(7);
});

test('who only ships is told so by the role of the sign-in', async () => {
  install(() => ({ statusCode: 500 }));
  wx.setStorageSync('staff', { ...SIGNED_IN, role: 'fulfilment' });
  const { isManager } = await module();
  expect(isManager()).toBe(false);
});
