/** Whose shop this is: the three values of ext.json. Everything else comes from the API. */

interface Ext {
  tenant: string;
  apiBase: string;
  v: string;
}

let known: Ext | undefined;

/** Return ext.json's values; the same throughout the run. */
export function ext(): Ext {
  known ??= wx.getExtConfigSync() as Ext;
  return known;
}

/** Return the shop's own app id. */
export function appid(): string {
  return wx.getAccountInfoSync().miniProgram.appId;
}

/** Return a picture's whole address: the API leaves its own host away. */
export function absolute(url: string | null | undefined): string {
  if (!url) return '';
  return url.startsWith('/') ? ext().apiBase + url : url;
}
