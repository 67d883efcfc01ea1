/** What was searched for on this phone, the latest first. It never leaves the phone. */

const KEY = 'searches';
const MOST = 10;

export function searches(): string[] {
  return (wx.getStorageSync(KEY) as string[] | '') || [];
}

export function noteSearch(q: string): void {
  const others = searches().filter((other) => other !== q);
  wx.setStorageSync(KEY, [q, ...others].slice(0, MOST));
}

export function forgetSearches(): void {
  wx.removeStorageSync(KEY);
}
