/** WeChat's payment sheet. Whether money moved only the API knows: packages/shop/result asks it. */
import type { Answer } from './api';
import { say } from './i18n';
import { Problem } from './problem';

type Sheet = Answer<'post', '/orders/{order_id}/pay'>;

/** Open the sheet; return whether the person went through with it. Throws Problem (`pay_failed`). */
export async function openPaySheet(sheet: Sheet): Promise<boolean> {
  try {
    await wx.requestPayment({ ...sheet, signType: sheet.signType as 'RSA' });
    return true;
  } catch (error) {
    const { errMsg } = error as { errMsg: string };
    if (/cancel/.test(errMsg)) return false;
    console.error(errMsg);
    throw new Problem('pay_failed', say('payFailed'));
  }
}
