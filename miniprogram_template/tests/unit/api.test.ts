import { beforeEach, expect, test, vi } from 'vitest';
import { install, type Asked } from './wechat';

beforeEach(() => vi.resetModules());

async function modules() {
  const { api, newKey } = await import('../../miniprogram/utils/api');
  const { Problem } = await import('../../miniprogram/utils/problem');
  const { chooseLanguage } = await import('../../miniprogram/utils/i18n');
  return { api, newKey, Problem, chooseLanguage };
}

function byPath(replies: Record<string, (asked: Asked) => { statusCode: number; data?: unknown }>) {
  return (asked: Asked) => {
    const place = asked.url.replace('https://api.invalid/s/shop/v1', '');
    const reply = replies[place];
    if (!reply) throw new Error(`nobody expected ${place}`);
    return reply(asked);
  };
}

test('what everybody may read is asked without a sign-in, in the current language', async () => {
  const asked = install(byPath({ '/home': () => ({ statusCode: 200, data: { name: 'A' } }) }));
  const { api, chooseLanguage } = await modules();
  chooseLanguage('en');
  expect(await api.get('/home')).toEqual({ name: 'A' });
  expect(asked).toHaveLength(1);
  expect(asked[0]!.header).toEqual({ 'Accept-Language': 'en' });
});

test('what is mine signs in once, however many ask', async () => {
  const asked = install(
    byPath({
      '/login': () => ({ statusCode: 200, data: { token: 't1' } }),
      '/cart': ({ header }) => ({ statusCode: 200, data: header.Authorization }),
      '/me': ({ header }) => ({ statusCode: 200, data: header.Authorization }),
    }),
  );
  const { api } = await modules();
  const both = await Promise.all([
    api.get('/cart', { isMine: true }),
    api.get('/me', { isMine: true }),
  ]);
  expect(both).toEqual(['Bearer t1', 'Bearer t1']);
  expect(asked.filter(({ url }) => url.endsWith('/login'))).toHaveLength(1);
  expect(asked[0]!.data).toEqual({ appid: 'wxapp', code: 'code' });
});

test('an ended token is renewed silently, once, and the deed keeps its key', async () => {
  const keys: string[] = [];
  install(
    byPath({
      '/login': () => ({ statusCode: 200, data: { token: 'new' } }),
      '/orders': ({ header }) => {
        keys.push(header['Idempotency-Key']!);
        return header.Authorization === 'Bearer new'
          ? { statusCode: 201, data: { id: 'o' } }
          : { statusCode: 401, data: { code: 'sign_in_needed', detail: '请先登录。' } };
      },
    }),
  );
  wx.setStorageSync('token', 'old');
  const { api, newKey } = await modules();
  const idempotencyKey = newKey();
  const body = { address_id: 'a' };
  expect(await api.post('/orders', { body, idempotencyKey })).toEqual({ id: 'o' });
  expect(keys).toEqual([idempotencyKey, idempotencyKey]);
});

test('a token that is refused again is a problem, not a loop', async () => {
  const asked = install(
    byPath({
      '/login': () => ({ statusCode: 200, data: { token: 'new' } }),
      '/me': () => ({ statusCode: 401, data: { code: 'sign_in_needed', detail: '请先登录。' } }),
    }),
  );
  wx.setStorageSync('token', 'old');
  const { api } = await modules();
  await expect(api.get('/me')).rejects.toMatchObject({ code: 'sign_in_needed', status: 401 });
  expect(asked).toHaveLength(3);
});

test('a refusal is its sentence; no answer is offline or slow; nonsense is a failure', async () => {
  const replies = [
    { statusCode: 409, data: { code: 'stock_ran_out', detail: '库存不足', facts: { left: 1 } } },
    { errMsg: 'request:fail net::ERR' },
    { errMsg: 'request:fail timeout' },
    { statusCode: 502, data: '<html>' },
  ];
  install(() => replies.shift()!);
  const { api } = await modules();
  const first = { code: 'stock_ran_out', sentence: '库存不足', facts: { left: 1 } };
  await expect(api.get('/home')).rejects.toMatchObject(first);
  await expect(api.get('/home')).rejects.toMatchObject({ code: 'offline', isOffline: true });
  await expect(api.get('/home')).rejects.toMatchObject({ code: 'too_slow', isOffline: true });
  await expect(api.get('/home')).rejects.toMatchObject({ code: 'failed', sentence: '出了点问题' });
});

test('paths and queries are encoded, and what is undefined is not asked', async () => {
  const asked = install(() => ({ statusCode: 200, data: {} }));
  const { api } = await modules();
  await api.get('/search', { query: { q: '茶 & co', cursor: undefined } });
  await api.get('/products/{product_id}', { path: { product_id: 'a/b' } });
  const paths = asked.map(({ url }) => url.split('/v1')[1]);
  expect(paths).toEqual(['/search?q=%E8%8C%B6%20%26%20co', '/products/a%2Fb']);
});

test('what wx.request cannot send goes as a POST that says so', async () => {
  const asked = install(() => ({ statusCode: 200, data: {} }));
  const { api } = await modules();
  await api.get('/cart');
  await api.post('/cart/lines', { body: { sku_id: 's', quantity: 1 } });
  await api.patch('/cart/lines', { body: { selected: true } });
  await api.delete('/cart/lines', { body: { sku_ids: ['s'] } });
  const sent = asked.map(({ method, header }) => [method, header['X-HTTP-Method-Override']]);
  expect(sent).toEqual([
    ['GET', undefined],
    ['POST', undefined],
    ['POST', 'PATCH'],
    ['POST', 'DELETE'],
  ]);
});
