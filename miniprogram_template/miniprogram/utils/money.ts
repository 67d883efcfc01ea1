/** Amounts: whole minor units in, words out. */
import { language, say } from './i18n';

const SIGNS: Record<string, string> = {
  CNY: '¥',
  USD: '$',
  EUR: '€',
  GBP: '£',
  JPY: '¥',
  HKD: 'HK$',
};
const WITHOUT_MINOR = new Set(['JPY', 'KRW', 'VND']);

export interface Price {
  sign: string;
  whole: string;
  /** With its point; empty where the currency has none. */
  fraction: string;
}

/** Return the parts of an amount, for large and small print. */
export function parts(minor: number, currency: string): Price {
  const sign = SIGNS[currency] ?? `${currency} `;
  const digits = WITHOUT_MINOR.has(currency) ? 0 : 2;
  const scale = 10 ** digits;
  const absolute = Math.abs(minor);
  const whole = grouped(Math.floor(absolute / scale));
  const fraction = digits ? `.${String(absolute % scale).padStart(digits, '0')}` : '';
  return { sign: minor < 0 ? `-${sign}` : sign, whole, fraction };
}

/** Return an amount in one word: ¥1,234.50. */
export function money(minor: number, currency: string): string {
  const { sign, whole, fraction } = parts(minor, currency);
  return sign + whole + fraction;
}

/** Return what a person typed as minor units; undefined where it is no amount. */
export function typed(text: string, currency: string): number | undefined {
  const digits = WITHOUT_MINOR.has(currency) ? 0 : 2;
  const found = /^(\d{1,9})(?:\.(\d*))?$/.exec(text.trim());
  if (!found) return undefined;
  const fraction = (found[2] ?? '').padEnd(digits, '0');
  if (fraction.length > digits) return undefined;
  return Number(found[1]) * 10 ** digits + Number(fraction || 0);
}

/** Return an amount as a screen reader should say it. */
export function spoken(minor: number, currency: string): string {
  const { sign, whole, fraction } = parts(minor, currency);
  const isYuan = currency === 'CNY' && language() === 'zh-Hans';
  return isYuan ? `${minor < 0 ? '负' : ''}${whole}${fraction}元` : sign + whole + fraction;
}

/** Return a price as a screen reader should say it; where prices differ the lowest, and “from”. */
export function spokenFrom(minor: number, maxMinor: number, currency: string): string {
  const price = spoken(minor, currency);
  // What is taken off stands below zero: it has no range.
  if (minor < 0 || maxMinor <= minor) return price;
  return language() === 'en' ? `${say('from')} ${price}` : `${price}${say('from')}`;
}

function grouped(whole: number): string {
  return String(whole).replace(/\B(?=(\d{3})+$)/g, ',');
}
