import { expect, test } from 'vitest';
import { draw, wechat } from './pages';

test('a product in a list is said with its price', async () => {
  wechat(() => ({ statusCode: 500 }));
  const load = () => import('../../miniprogram/components/product-card/product-card');
  const card = await draw(load);
  const tea = { title: '龙井茶', price_minor: 1200, currency: 'CNY' };
  card.observers.product.call(card, { ...tea, max_price_minor: 1200, is_available: true });
  expect(card.data.label).toBe('龙井茶 12.00元');
  card.observers.product.call(card, { ...tea, max_price_minor: 3000, is_available: false });
  expect(card.data.label).toBe('龙井茶 12.00元起 售罄');
});
