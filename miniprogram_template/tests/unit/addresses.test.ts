import { expect, test, vi } from 'vitest';
import { open, tap, wechat } from './pages';

const list = () => import('../../miniprogram/packages/shop/addresses/addresses');
const form = () => import('../../miniprogram/packages/shop/address/address');
const ADDRESS = {
  id: 'a', recipient: '李雷', phone: '13800000000', province: '浙江省', city: '杭州市', district: '',
  street: '示例路 1 号', postcode: '', country: 'CN', is_default: true,
}; // prettier-ignore

test('two taps on an address lead back to checkout, not beyond it', async () => {
  const navigateBack = vi.fn();
  wechat(() => ({ statusCode: 200, data: { items: [ADDRESS] } }), { navigateBack });
  const addresses = await open(list, { select: '1' });
  addresses.tap(tap({ id: 'a' }));
  addresses.tap(tap({ id: 'a' }));
  expect(navigateBack).toHaveBeenCalledOnce();
});

test('a tap on “save” while the page is closing writes no second address', async () => {
  const asked = wechat(() => ({ statusCode: 201, data: ADDRESS }));
  const address = await open(form);
  address.setData({ form: ADDRESS });
  await address.save();
  await address.save();
  expect(asked.filter(({ method }) => method === 'POST')).toHaveLength(1);
});
