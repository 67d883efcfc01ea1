import { expect, test, vi } from 'vitest';
import { tap, wechat } from './pages';

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

/** A component without WeChat: its data, its functions, what it told the page. */
async function sheet() {
  wechat(() => ({ statusCode: 500 }));
  let given: any;
  vi.stubGlobal('Component', (definition: unknown) => (given = definition));
  await import('../../miniprogram/components/sku-sheet/sku-sheet');
  const self: any = { ...given.methods, data: { ...given.data }, triggerEvent: vi.fn() };
  self.setData = (change: object) => Object.assign(self.data, change);
  self.show = (shown: object, chosen = '') => {
    self.setData({ product: shown, sku: chosen });
    given.observers['product, sku'].call(self, shown, chosen);
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
