/** What a buyer's pick-up code reads when it is scanned: the order's number, and the six digits. */
import { say } from '../../utils/i18n';

export interface Ticket {
  number: string;
  code: string;
}

/** Have a code scanned. Undefined where none was read, which is said unless the person left. */
export async function scanTicket(): Promise<Ticket | undefined> {
  try {
    const { result } = await wx.scanCode({ scanType: ['qrCode'] });
    const [, number, code] = /^(\d{16})-(\d{6})$/.exec(result.trim()) ?? [];
    if (number && code) return { number, code };
    void wx.showToast({ title: say('notATicket'), icon: 'none' });
  } catch (error) {
    const { errMsg } = error as { errMsg: string };
    if (!/cancel/.test(errMsg)) void wx.showToast({ title: say('scanFailed'), icon: 'none' });
  }
  return undefined;
}
