import { beforeEach, expect, test, vi } from 'vitest';
import type { AfterSale, Order } from '../../miniprogram/utils/order';
import { install } from './wechat';

beforeEach(() => {
  vi.resetModules();
  install(() => ({ statusCode: 200 }), 'zh_CN');
});

const PARCEL = {
  id: 'p',
  carrier_code: 'SF',
  carrier: { code: 'SF', zh: '顺丰速运', en: 'SF Express' },
  tracking_number: 'SF1',
  shipped_at: '2026-11-21T12:00:00Z',
  contents: [],
};
const ORDER = {
  state: 'refunded',
  refund_state: 'fully',
  created_at: '2026-11-21T10:00:00Z',
  paid_at: '2026-11-21T10:01:00Z',
  completed_at: null,
  cancelled_at: null,
  parcels: [PARCEL],
  refunds: [{ succeeded_at: '2026-11-22T09:00:00Z' }, { succeeded_at: null }],
} as unknown as Order;
const REQUEST = {
  steps: [
    { state: 'requested', at: '2026-11-21T18:00:00Z' },
    { state: 'agreed', at: '2026-11-22T08:00:00Z' },
    { state: 'refunded', at: '2026-11-22T09:00:01Z' },
  ],
} as AfterSale;

test('what happened to an order stands in its order, the newest first, each once', async () => {
  const { timeline } = await import('../../miniprogram/utils/order');
  expect(timeline(ORDER, [REQUEST]).map(({ id, words }) => `${id} ${words}`)).toEqual([
    '5 退款已原路退回',
    '4 店主同意退款',
    '3 申请退款',
    '2 包裹已发出：顺丰速运 SF1',
    '1 支付成功',
    '0 提交订单',
  ]);
});

test.each([
  ['unpaid', 'none', false],
  ['paid', 'none', true],
  ['shipped', 'none', true],
  ['completed', 'partly', true],
  ['paid', 'in_progress', false],
  ['cancelled', 'none', false],
  ['refunded', 'fully', false],
])('an order that is %s and refunded %s may be asked for: %s', async (state, refund_state, may) => {
  const { isRefundable } = await import('../../miniprogram/utils/order');
  expect(isRefundable({ state, refund_state })).toBe(may);
});
