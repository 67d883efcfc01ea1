/** Links that say who recommended the shop: `d` in a page's query is a distributor's code. */
import { api } from './api';

const MINE = 'distributor-code';

/** Keep my code for the cards that I share; null: I have none. */
export function keepCode(code: string | null): void {
  if (code) wx.setStorageSync(MINE, code);
  else wx.removeStorageSync(MINE);
}

/** Return a page's address as I share it. */
export function recommended(path: string): string {
  const code = wx.getStorageSync(MINE) as string;
  return code ? `${path}${path.includes('?') ? '&' : '?'}d=${code}` : path;
}

/** Tell the shop whose link brought the visitor; a visit that cannot be told is not missed. */
export function noteVisit(code: string | undefined): void {
  if (!code) return;
  void api.post('/distribution/visits', { body: { code }, isMine: true }).catch(() => undefined);
}
