/** Moments: RFC 3339 in, words in the phone's time zone out. */
import { language } from './i18n';

let aheadMs = 0;

/** Learn from an answer of ours how far the phone's clock is ahead: it may be wrong by hours. */
export function setClock(header: object = {}): void {
  const told = Object.entries(header).find(([name]) => /^date$/i.test(name));
  const at = Date.parse(String(told?.[1]));
  if (!Number.isNaN(at)) aheadMs = Date.now() - at;
}

/** Return a day and minute: 2026-11-21 09:05, in either language. */
export function moment(iso: string): string {
  const at = new Date(iso);
  return `${day(iso)} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** Return a day: 2026-11-21. */
export function day(iso: string): string {
  const at = new Date(iso);
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/** Return how long until a moment, by the shop's clock: 29:05, or 2 小时 05 分 where it is long; empty once it has passed. */
export function until(iso: string, now: number = Date.now() - aheadMs): string {
  const seconds = Math.floor((new Date(iso).getTime() - now) / 1000);
  if (seconds <= 0) return '';
  const [minutes, hours] = [Math.floor(seconds / 60), Math.floor(seconds / 3600)];
  if (hours < 1) return `${two(minutes)}:${two(seconds % 60)}`;
  const rest = two(minutes % 60);
  return language() === 'zh-Hans' ? `${hours} 小时 ${rest} 分` : `${hours} h ${rest} min`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
