/** WeChat's sheets for money: the simulator checks what they were given, and pays or refuses. */
import { keep } from '../keep';
import { add, Failed, type Host, type Wx } from './api';
import { dialog } from './dialogs';
import { ask } from './simulator';

const SIGNED = ['timeStamp', 'nonceStr', 'package', 'signType', 'paySign'];
const BILL = ['mchId', 'subMchId', 'appId', 'package'];

export function addPayment(wx: Wx, { given }: Host): void {
  add(wx, {
    requestPayment: async (options) => {
      const missing = SIGNED.find((name) => !options[name]);
      if (missing) throw new Failed(`parameter error: parameter.${missing} should be String`);
      const isPaid = await dialog({
        title: '模拟微信支付 · simulated WeChat Pay',
        content: '没有真的付款 · no money moves',
        confirmText: '支付 · Pay',
        cancelText: '取消 · Cancel',
      });
      const sheet = Object.fromEntries(SIGNED.map((name) => [name, options[name]]));
      const openid = keep.getItem('openid') ?? '';
      const told = await ask(given, 'pay', { ...sheet, openid, action: isPaid ? 'pay' : 'refuse' });
      if (told.errMsg !== 'requestPayment:ok') {
        throw { errMsg: told.errMsg }; // eslint-disable-line @typescript-eslint/only-throw-error
      }
    },
    requestMerchantTransfer: async (options) => {
      const missing = ['mchId', 'package'].find((name) => !options[name]);
      if (missing) throw new Failed(`parameter error: parameter.${missing} should be String`);
      const isTaken = await dialog({
        title: '模拟微信收款 · simulated WeChat transfer',
        content: '没有真的到账 · no money moves',
        confirmText: '收款 · Take',
        cancelText: '取消 · Cancel',
      });
      if (!isTaken) throw new Failed('cancel');
      const bill = Object.fromEntries(BILL.map((name) => [name, options[name]]));
      const told = await ask(given, 'transfer', { ...bill, openid: keep.getItem('openid') ?? '' });
      if (told.errMsg !== 'requestMerchantTransfer:ok') throw new Failed(told.reason ?? '');
    },
    requestSubscribeMessage: async ({ tmplIds = [] }: { tmplIds?: string[] }) => {
      const isAccepted = await dialog({
        title: '订阅消息 · subscribe to messages',
        content: tmplIds.join('\n'),
        confirmText: '允许 · Allow',
        cancelText: '拒绝 · Refuse',
      });
      return Object.fromEntries(tmplIds.map((id) => [id, isAccepted ? 'accept' : 'reject']));
    },
  });
}
