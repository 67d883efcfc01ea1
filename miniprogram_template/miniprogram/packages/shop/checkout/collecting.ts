/** Who fetches an order: kept on the phone, so that nobody types it twice. */

export interface Collector {
  recipient: string;
  phone: string;
}

/** As the API has it. */
const PHONE = /^\+?[0-9][0-9 -]{4,17}[0-9]$/;
const KEPT = 'collector';

/** Return who came last time, else whom the address names. */
export function collector(address: Collector | null): Collector {
  const kept = wx.getStorageSync(KEPT) as Collector | '';
  return kept || { recipient: address?.recipient ?? '', phone: address?.phone ?? '' };
}

export function keepCollector(who: Collector): void {
  wx.setStorageSync(KEPT, who);
}

/** Return what is missing before the shop can be told. */
export function missing({ recipient, phone }: Collector): 'pickupNameFirst' | 'phoneWrong' | '' {
  if (!recipient.trim()) return 'pickupNameFirst';
  return PHONE.test(phone.trim()) ? '' : 'phoneWrong';
}
