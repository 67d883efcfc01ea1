/** wx.requestPayment: the simulator checks the signature and pays, or refuses. */
import { keep } from '../keep';
import { add, Failed, type Host, type Wx } from './api';
import { dialog } from './dialogs';
import { ask } from './simulator';

const SIGNED = ['timeStamp', 'nonceStr', 'package', 'signType', 'paySign'];

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
