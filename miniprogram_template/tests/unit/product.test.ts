import { expect, test } from 'vitest';
import { open, rest, wechat } from './pages';

const page = () => import('../../miniprogram/packages/shop/product/product');
const PRODUCT = {
  id: 'p', title: 'Tea', price_minor: 1, images: [], specs: [], skus: [],
  description_html: '<p>Fine.<img src="/media/a.webp" width="1200"></p>',
}; // prettier-ignore

const answer = ({ url }: { url: string }) => {
  const data = url.includes('/products/') ? PRODUCT : { items: [] };
  return { statusCode: 200, data };
};

test('a picture in the text is never wider than the phone', async () => {
  wechat(answer);
  const product = await open(page, { id: 'p' });
  const [style] = /(?<=<img [^>]*style=")[^"]*/.exec(product.data.details)!;
  expect(style).toBe('max-width:100%;height:auto');
});

test('whose link it was is told once, not each time that the page comes to the front', async () => {
  const asked = wechat(answer);
  const product = await open(page, { id: 'p', d: 'FRIEND' });
  product.onShow();
  await rest();
  expect(asked.filter(({ url }) => url.endsWith('/distribution/visits'))).toHaveLength(1);
});
