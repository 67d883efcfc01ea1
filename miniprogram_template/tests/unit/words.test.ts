import { beforeEach, expect, test, vi } from 'vitest';
import { en } from '../../miniprogram/utils/words/en';
import { zhHans } from '../../miniprogram/utils/words/zh-Hans';
import { install } from './wechat';

beforeEach(() => vi.resetModules());

const holes = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].map(String).sort();

test('both languages say everything, with the same holes', () => {
  expect(Object.keys(en)).toEqual(Object.keys(zhHans));
  for (const [word, text] of Object.entries(zhHans)) {
    expect(holes(en[word as keyof typeof en]), word).toEqual(holes(text));
  }
});

test.each([
  ['zh_CN', 'zh-Hans'],
  ['zh_TW', 'zh-Hans'],
  ['en', 'en'],
])('WeChat in %s means %s', async (system, wanted) => {
  install(() => ({ statusCode: 200 }), system);
  const { startLanguage, language } = await import('../../miniprogram/utils/i18n');
  startLanguage();
  expect(language()).toBe(wanted);
});

test('the shop decides where WeChat speaks neither, and the visitor above all', async () => {
  install(() => ({ statusCode: 200 }), 'fr');
  const i18n = await import('../../miniprogram/utils/i18n');
  i18n.startLanguage();
  i18n.fallBackTo('en');
  expect(i18n.language()).toBe('en');
  i18n.chooseLanguage('zh-Hans');
  i18n.fallBackTo('en');
  expect(i18n.language()).toBe('zh-Hans');
  expect(i18n.say('stockLeft', { count: 3 })).toBe('剩 3 件');
});

test('amounts are exact in minor units', async () => {
  install(() => ({ statusCode: 200 }));
  const { money, spoken } = await import('../../miniprogram/utils/money');
  expect(money(123456789, 'CNY')).toBe('¥1,234,567.89');
  expect(money(5, 'CNY')).toBe('¥0.05');
  expect(money(-150, 'EUR')).toBe('-€1.50');
  expect(money(1500, 'JPY')).toBe('¥1,500');
  expect(money(100, 'SEK')).toBe('SEK 1.00');
  expect(spoken(1990, 'CNY')).toBe('19.90元');
});

test('how long is left is said, until nothing is', async () => {
  install(() => ({ statusCode: 200 }));
  const { until } = await import('../../miniprogram/utils/dates');
  const now = Date.parse('2026-11-21T00:00:00Z');
  expect(until('2026-11-21T00:29:05Z', now)).toBe('29:05');
  expect(until('2026-11-21T02:05:00Z', now)).toBe('2 小时 05 分');
  expect(until('2026-11-20T23:59:59Z', now)).toBe('');
});

test('a long list has each row once, and ends', async () => {
  const { Pager } = await import('../../miniprogram/utils/pager');
  const slices = [
    { items: [{ id: '1' }, { id: '2' }], next: 'c' },
    { items: [{ id: '2' }, { id: '3' }], next: null },
  ];
  const cursors: (string | undefined)[] = [];
  const pager = new Pager((cursor) => {
    cursors.push(cursor);
    return Promise.resolve(slices.shift()!);
  });
  await Promise.all([pager.more(), pager.more()]);
  expect(pager.isComplete).toBe(false);
  await pager.more();
  await pager.more();
  expect(pager.items.map(({ id }) => id)).toEqual(['1', '2', '3']);
  expect([pager.isComplete, cursors]).toEqual([true, [undefined, 'c']]);
});

test('what is typed is an amount to the last digit, or none', async () => {
  const { typed } = await import('../../miniprogram/utils/money');
  const read = ['19.9', '19.', '0.05', '1999999.99', '19.999', '1,000', '-1', ''].map((text) =>
    typed(text, 'CNY'),
  );
  expect(read).toEqual([1990, 1900, 5, 199999999, undefined, undefined, undefined, undefined]);
  expect(['12', '12.5'].map((text) => typed(text, 'JPY'))).toEqual([12, undefined]);
});
