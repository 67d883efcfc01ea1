/** What needs the phone itself: scanning, calling, the clipboard, an address from WeChat. */
import { keep } from '../keep';
import { add, Failed, type Host, type Wx } from './api';
import { dialog, prompt, showToast } from './dialogs';
import { permitted } from './privacy';

/** WeChat's address book as the preview has it: nobody lives there. */
const ADDRESS = {
  userName: '预览收货人',
  telNumber: '13800000000',
  provinceName: '浙江省',
  cityName: '杭州市',
  countyName: '西湖区',
  streetName: '',
  detailInfo: '示例路 1 号（预览地址）',
  postalCode: '310000',
  nationalCode: '330106',
};

export function addDevice(wx: Wx, { built }: Host): void {
  add(wx, {
    chooseAddress: async () => {
      if (!built.app.requiredPrivateInfos?.includes('chooseAddress')) {
        throw new Failed('the api need to be declared in the requiredPrivateInfos field');
      }
      await permitted('chooseAddress');
      const isChosen = await dialog({
        title: '微信收货地址 · address from WeChat',
        content: `${ADDRESS.userName} ${ADDRESS.detailInfo}`,
      });
      if (!isChosen) throw new Failed('cancel');
      return { ...ADDRESS };
    },
    scanCode: async () => {
      const result = await prompt({
        title: '扫码 · scan',
        content: '预览没有相机，请输入内容 · type what the camera would read',
        text: '',
      });
      if (!result) throw new Failed('cancel');
      return { result, scanType: 'CODE_128', charSet: 'utf-8', path: '' };
    },
    makePhoneCall: async ({ phoneNumber }) => {
      await dialog({ title: '拨打电话 · call', content: phoneNumber, showCancel: false });
    },
    openCustomerServiceChat: async () => {
      const content = '在微信中会打开客服会话 · in WeChat a chat opens here';
      await dialog({ title: '客服 · customer service', content, showCancel: false });
    },
    setClipboardData: async ({ data }) => {
      await permitted('setClipboardData');
      keep.setItem('clipboard', data);
      await navigator.clipboard?.writeText(data).catch(() => undefined); // not everywhere allowed
      showToast('内容已复制', 1500);
    },
    getClipboardData: () => ({ data: keep.getItem('clipboard') ?? '' }),
    vibrateShort: () => void navigator.vibrate?.(15),
    hideKeyboard: () => (document.activeElement as HTMLElement | null)?.blur(),
    openLocation: async ({ name = '', address = '' }) => {
      const content = `${name}\n${address}`;
      await dialog({ title: '地图 · map', content, showCancel: false });
    },
  });
}
