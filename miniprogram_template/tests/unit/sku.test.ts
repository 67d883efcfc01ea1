import { expect, test } from 'vitest';
import {
  comparedTo,
  only,
  open,
  resolve,
  specViews,
  toggle,
  type Product,
} from '../../miniprogram/utils/sku';

const spec = (id: string, ...values: string[]) => ({
  id,
  name: id,
  values: values.map((value) => ({ id: value, value })),
});
const sku = (id: string, available: number, ...value_ids: string[]) => ({
  id,
  available,
  value_ids,
});
const product = {
  specs: [spec('size', 'S', 'L'), spec('colour', 'red', 'blue')],
  skus: [sku('1', 3, 'S', 'red'), sku('2', 0, 'S', 'blue'), sku('3', 1, 'L', 'blue')],
} as unknown as Product;

function possible(chosen: Record<string, string>): string[] {
  return specViews(product, chosen).flatMap(({ values }) =>
    values.filter(({ isPossible }) => isPossible).map(({ id }) => id),
  );
}

test('what no SKU in stock has, beside the choice, is impossible', () => {
  expect(possible({})).toEqual(['S', 'L', 'red', 'blue']);
  expect(possible({ size: 'S' })).toEqual(['S', 'L', 'red']);
  expect(possible({ size: 'L' })).toEqual(['S', 'L', 'blue']);
  expect(possible({ colour: 'red' })).toEqual(['S', 'red', 'blue']);
});

test('a choice is made, taken back, and refused where it is impossible', () => {
  const chosen = toggle(product, {}, 'size', 'S');
  expect(chosen).toEqual({ size: 'S' });
  expect(toggle(product, chosen, 'colour', 'blue')).toBe(chosen);
  expect(toggle(product, chosen, 'size', 'S')).toEqual({});
});

test('choosing every spec names exactly one SKU', () => {
  expect(resolve(product, { size: 'S' })).toBeUndefined();
  expect(open(product, { size: 'S' })?.name).toBe('colour');
  expect(resolve(product, { size: 'L', colour: 'blue' })?.id).toBe('3');
  expect(open(product, { size: 'L', colour: 'blue' })).toBeUndefined();
});

test('where there is one SKU nothing is left to choose', () => {
  const plain = { specs: [], skus: [sku('1', 1)] } as unknown as Product;
  expect(resolve(plain, only(plain))?.id).toBe('1');
  const single = { specs: [spec('size', 'S')], skus: [sku('1', 1, 'S')] } as unknown as Product;
  expect(only(single)).toEqual({ size: 'S' });
  expect(only(product)).toEqual({});
});

test('the lowest price is compared as lists compare it', () => {
  const priced = (...skus: [price: number, was: number | null][]) =>
    comparedTo({
      price_minor: 5,
      skus: skus.map(([price_minor, compare_price_minor]) => ({
        price_minor,
        compare_price_minor,
      })),
    } as unknown as Product);
  expect(priced([5, 8], [9, 20])).toBe(8);
  expect(priced([5, 8], [5, 7])).toBe(7);
  expect(priced([5, 8], [5, null])).toBe(0);
  expect(priced([5, null])).toBe(0);
});
