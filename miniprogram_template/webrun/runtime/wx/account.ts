/** Who uses the mini-program: wx.login, by the simulator. */
import { keep } from '../keep';
import { add, type Host, type Options, type Wx } from './api';
import { dialog } from './dialogs';
import { ask } from './simulator';

const USER = 'preview-user';

export function addAccount(wx: Wx, { given, built }: Host): void {
  add(wx, {
    login: async () => {
      const told = await ask(given, 'login', { user: user() });
      keep.setItem('openid', told.openid);
      return { code: told.code };
    },
    checkSession: () => {
      if (!keep.getItem('openid')) throw new Error('session is invalid');
    },
    __getPhoneNumber: async () => {
      const isAgreed = await dialog({
        title: '手机号 · phone number',
        content: '预览中的手机号是假的 · the preview gives a made-up number',
      });
      if (!isAgreed) throw new Error('user deny');
      return { code: (await ask(given, 'phone', { user: user() })).code };
    },
  });
  wx.getExtConfigSync = () => given.ext;
  add(wx, { getExtConfig: () => ({ extConfig: given.ext }) });
  wx.getAccountInfoSync = () => ({
    miniProgram: { appId: given.appid, envVersion: 'develop', version: '' },
  });
  const entrance = (): Options => {
    const [path, query = ''] = (location.hash.slice(2) || built.pages[0]).split('?');
    return { path, query: Object.fromEntries(new URLSearchParams(query)), scene: 1001 };
  };
  const launch = entrance();
  wx.getLaunchOptionsSync = () => launch;
  wx.getEnterOptionsSync = () => launch;
}

/** The same person as long as the browser's tab lives. */
function user(): string {
  const known = keep.getItem(USER) ?? `preview-${someName()}`;
  keep.setItem(USER, known);
  return known;
}

/** Not crypto.randomUUID: that is missing where the preview has no TLS. */
function someName(): string {
  return [...crypto.getRandomValues(new Uint32Array(4))].map((n) => n.toString(36)).join('');
}
