import { expect, test, vi } from 'vitest';
import { THEME, wechat } from './pages';

/** Start the mini-program in a WeChat that speaks Japanese, in a shop that was here before. */
async function start(language: string): Promise<string> {
  wechat(() => ({ statusCode: 200, data: { ...THEME, language } }));
  wx.getAppBaseInfo = () => ({ language: 'ja', fontSizeSetting: 16 }) as never;
  wx.setStorageSync('theme', { ...THEME, language });
  Object.assign(wx, { onNetworkStatusChange: vi.fn(), onNeedPrivacyAuthorization: vi.fn() });
  let app: { onLaunch(): void } | undefined;
  vi.stubGlobal('App', (given: typeof app) => (app = given));
  await import('../../miniprogram/app');
  app!.onLaunch();
  const i18n = await import('../../miniprogram/utils/i18n');
  return i18n.language();
}

test('the second start speaks the shop’s language, too, where WeChat’s is none of ours', async () => {
  expect(await start('en')).toBe('en');
  expect(await start('zh-Hans')).toBe('zh-Hans');
});
