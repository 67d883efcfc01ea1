/** WeChat's sheets for money, in and out. Whether it moved only the API knows: pages ask it. */
import type { Answer } from './api';
import { say } from './i18n';
import { Problem } from './problem';

type Sheet = Answer<'post', '/orders/{order_id}/pay'>;
type Confirmation = NonNullable<Answer<'get', '/withdrawals/{withdrawal_id}'>['confirmation']>;

/** Open the sheet; return whether the person went through with it. Throws Problem (`pay_failed`). */
export async function openPaySheet(sheet: Sheet): Promise<boolean> {
  try {
    await wx.requestPayment({ ...sheet, signType: sheet.signType as 'RSA' });
    return true;
  } catch (error) {
    return notDone(error, new Problem('pay_failed', say('payFailed')));
  }
}

/**
 * Let WeChat ask the person to take a transfer; return whether they did. Throws Problem
 * (`transfer_failed`, `wechat_too_old`).
 */
export async function takeTransfer({ subMchId, ...wish }: Confirmation): Promise<boolean> {
  if (!wx.canIUse('requestMerchantTransfer')) {
    throw new Problem('wechat_too_old', say('wechatTooOld'));
  }
  try {
    await new Promise((success, fail) => {
      // A merchant of the shop's own has no sub-merchant.
      wx.requestMerchantTransfer({ ...wish, ...(subMchId ? { subMchId } : {}), success, fail });
    });
    return true;
  } catch (error) {
    return notDone(error, new Problem('transfer_failed', say('transferFailed')));
  }
}

/** Return false where the person cancelled; throw the problem for all else. */
function notDone(error: unknown, problem: Problem): false {
  const { errMsg } = error as { errMsg: string };
  if (/cancel/.test(errMsg)) return false;
  console.error(errMsg);
  throw problem;
}
