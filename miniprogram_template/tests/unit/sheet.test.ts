import { expect, test } from 'vitest';
import { draw, tap, wechat } from './pages';

const sku = (id: string, value: string, available = 5) => ({
  id, value_ids: [value], label: value, price_minor: 1, available,
}); // prettier-ignore
const product = () => ({
  specs: [{ id: 's', name: 'Size', values: [{ id: 'big' }, { id: 'small' }] }],
  skus: [sku('1', 'big'), sku('2', 'small')],
  images: [],
  price_minor: 1,
  max_price_minor: 1,
  currency: 'CNY',
});

/** The sheet without WeChat: its data, its functions, what it told the page. */
async function sheet() {
  wechat(() => ({ statusCode: 500 }));
  const self = await draw(() => import('../../miniprogram/components/sku-sheet/sku-sheet'));
  self.show = (shown: object, chosen = '') => {
    self.setData({ product: shown, sku: chosen });
    self.observers['product, sku'].call(self, shown, chosen);
  };
  return self;
}

test('what was chosen stays chosen when the product is looked at again', async () => {
  const self = await sheet();
  self.show(product());
  self.tapValue(tap({ spec: 's', value: 'small' }));
  self.show(product());
  expect(self.data.found?.id).toBe('2');
});

test('a choice that is taken back is told, too', async () => {
  const self = await sheet();
  self.show(product());
  self.tapValue(tap({ spec: 's', value: 'small' }));
  self.tapValue(tap({ spec: 's', value: 'small' }));
  expect(self.triggerEvent).toHaveBeenLastCalledWith('chosen', { sku: null });
});

test('a line’s own SKU is chosen when its sheet opens, whatever was chosen before', async () => {
  const self = await sheet();
  self.show(product(), '1');
  self.tapValue(tap({ spec: 's', value: 'small' }));
  self.show(product(), '1');
  expect(self.data.found?.id).toBe('1');
});

test('parts of a page that stays open speak the language that was chosen meanwhile', async () => {
  const self = await sheet();
  self.lifetimes.attached.call(self);
  const price = await draw(() => import('../../miniprogram/components/price/price'));
  const amounts = [100, 200, 0, 'CNY'] as const;
  const [minor, maxMinor, wasMinor, currency] = amounts;
  price.setData({ minor, maxMinor, wasMinor, currency });
  price.observers['minor, maxMinor, wasMinor, currency'].call(price, ...amounts);
  expect([self.data.w.confirmChoice, price.data.suffix]).toEqual(['确定', '起']);
  const { chooseLanguage } = await import('../../miniprogram/utils/i18n');
  chooseLanguage('en');
  for (const part of [self, price]) part.pageLifetimes.show.call(part);
  expect([self.data.w.confirmChoice, price.data.prefix, price.data.suffix]).toEqual([
    'Confirm',
    'from',
    '',
  ]);
});
