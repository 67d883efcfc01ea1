/** What can be said of a coupon. */
import type { Answer } from './api';
import { day } from './dates';
import { language, say } from './i18n';
import { money } from './money';

export type Claimable = Answer<'get', '/coupons'>['items'][number];
export type MyCoupon = Answer<'get', '/coupons/mine'>['items'][number];
export type Offer = Answer<'post', '/checkout/preview'>['coupons'][number];
type HomeCoupon = Answer<'get', '/home'>['coupons'][number];

type Worth = Pick<Offer, 'kind' | 'amount_minor' | 'rate_bp'>;
type Terms = Pick<Offer, 'most_minor' | 'least_minor'> & { scope?: Offer['scope'] };

/** What a coupon looks like. */
export interface Ticket {
  id: string;
  worth: string;
  title: string;
  terms: string;
}

/** Return what it takes off: ¥10.00 off, 15% off. */
export function worth({ kind, amount_minor, rate_bp }: Worth, currency: string): string {
  if (kind === 'fixed') return say('couponOff', { amount: money(amount_minor, currency) });
  // 15 % off is said as 8.5 of 10 in Chinese.
  const rate = language() === 'en' ? rate_bp / 100 : (10_000 - rate_bp) / 1_000;
  return say('couponPercent', { rate });
}

/** Return from which amount on, for what, and at most how much. */
export function terms({ least_minor, most_minor, scope }: Terms, currency: string): string {
  const least = least_minor
    ? say('couponLeast', { amount: money(least_minor, currency) })
    : say('couponAny');
  const most = most_minor ? say('couponMost', { amount: money(most_minor, currency) }) : '';
  const goods = scope && scope !== 'all' ? say('couponSome') : '';
  return [least, most, goods].filter(Boolean).join(' · ');
}

/** Return how long one that is claimed now would be good. */
export function period({ days, starts_at, ends_at }: Claimable): string {
  if (days) return say('couponDays', { days });
  const until = ends_at ? say('couponUntil', { day: lastDay(ends_at) }) : '';
  return starts_at ? `${say('couponFrom', { day: day(starts_at) })} · ${until}` : until;
}

/** Return how long one that is held is good. */
export function heldPeriod({ starts_at, ends_at }: { starts_at: string; ends_at: string }): string {
  const until = say('couponUntil', { day: lastDay(ends_at) });
  if (new Date(starts_at).getTime() <= Date.now()) return until;
  return `${say('couponFrom', { day: day(starts_at) })} · ${until}`;
}

/** Return why a coupon does not fit an order. */
export function misfit({ reason, missing_minor }: Offer, currency: string): string {
  if (reason === 'below_least') {
    return say('couponMissing', { amount: money(missing_minor, currency) });
  }
  if (reason === 'not_begun') return say('couponNotBegun');
  return reason === 'not_covered' ? say('couponNotCovered') : say('couponNothingOff');
}

/** Return a coupon as the front shows it. */
export function ticket(coupon: HomeCoupon | Claimable): Ticket {
  const { id, currency, title } = coupon;
  return { id, worth: worth(coupon, currency), title, terms: terms(coupon, currency) };
}

/** The moment one ends is the midnight after its last day. */
function lastDay(iso: string): string {
  return day(new Date(new Date(iso).getTime() - 1).toISOString());
}
