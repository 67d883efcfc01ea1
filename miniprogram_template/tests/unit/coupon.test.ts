import { beforeEach, expect, test, vi } from 'vitest';
import { install } from './wechat';

type Coupons = typeof import('../../miniprogram/utils/coupon');
let coupons: Coupons;

beforeEach(async () => {
  vi.resetModules();
  install(() => ({ statusCode: 200 }), 'zh_CN');
  coupons = await import('../../miniprogram/utils/coupon');
});

test('a coupon says what it is worth, and from where on', () => {
  const { terms, worth } = coupons;
  expect(worth({ kind: 'fixed', amount_minor: 1_000, rate_bp: 0 }, 'CNY')).toBe('减 ¥10.00');
  expect(worth({ kind: 'percent', amount_minor: 0, rate_bp: 1_500 }, 'CNY')).toBe('8.5 折');
  expect(terms({ least_minor: 0, most_minor: null }, 'CNY')).toBe('无门槛');
  const limited = { least_minor: 10_000, most_minor: 2_000, scope: 'products' } as const;
  expect(terms(limited, 'CNY')).toBe('满 ¥100.00 可用 · 最多减 ¥20.00 · 部分商品可用');
});

test('a coupon says why it does not fit', () => {
  const { misfit } = coupons;
  const offer = { reason: 'below_least', missing_minor: 1 } as Parameters<typeof misfit>[0];
  expect(misfit(offer, 'JPY')).toBe('还差 ¥1 可用');
  expect(misfit({ ...offer, reason: 'not_covered' }, 'CNY')).toBe('不适用于所选商品');
});
