import { expect, test } from 'vitest';
import { open, tap, wechat } from './pages';

const page = () => import('../../miniprogram/packages/owner/refunds/refunds');
const request = (id: string, state: string) => ({
  id, state, reason: 'other', amount_minor: 1, currency: 'CNY', created_at: '2026-11-29T00:00:00Z',
  order: { number: id, parcels_count: 0, lines: [] },
}); // prettier-ignore

test('answered requests behind a page of unanswered ones are found', async () => {
  wechat(({ url }) => {
    if (url.endsWith('/phones/login'))
      return { statusCode: 200, data: { token: 't', role: 'owner' } };
    const data = url.includes('cursor=')
      ? { items: [request('old', 'refunded')], next: null }
      : { items: [request('new', 'requested')], next: 'c' };
    return { statusCode: 200, data };
  });
  const refunds = await open(page);
  await refunds.choose(tap({ tab: 'done' }));
  expect(refunds.data.requests.map(({ id }: { id: string }) => id)).toEqual(['old']);
});
