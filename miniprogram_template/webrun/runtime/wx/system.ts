/** What the phone and WeChat say of themselves. */
import type { Host, Wx } from './api';
import { add } from './api';

const STATUS_BAR_PX = 44;
const BAR_PX = 44;
const HOME_BAR_PX = 34;

export function addSystem(wx: Wx, { given }: Host): void {
  const windowInfo = (): object => {
    const { innerWidth: width, innerHeight: height } = window;
    const screenHeight = height + STATUS_BAR_PX + BAR_PX;
    const bottom = screenHeight - HOME_BAR_PX;
    return {
      pixelRatio: window.devicePixelRatio,
      windowWidth: width,
      windowHeight: height,
      screenWidth: width,
      screenHeight,
      statusBarHeight: STATUS_BAR_PX,
      screenTop: STATUS_BAR_PX + BAR_PX,
      safeArea: { left: 0, right: width, top: STATUS_BAR_PX, bottom, width, height: bottom - 44 },
    };
  };
  const baseInfo = (): object => ({
    SDKVersion: '3.7.0',
    version: '8.0.50',
    language: given.language,
    theme: 'light',
    enableDebug: false,
    fontSizeSetting: given.fontSize,
    host: { env: 'WeChat' },
  });
  const deviceInfo = (): object => ({
    brand: 'browser',
    model: 'browser',
    system: 'iOS 17.0',
    platform: 'devtools',
    benchmarkLevel: -1,
  });
  const all = (): object => ({ ...windowInfo(), ...baseInfo(), ...deviceInfo() });

  wx.getWindowInfo = windowInfo;
  wx.getAppBaseInfo = baseInfo;
  wx.getDeviceInfo = deviceInfo;
  wx.getSystemInfoSync = all;
  add(wx, { getSystemInfo: all });
  wx.getMenuButtonBoundingClientRect = () => {
    const { innerWidth: width } = window;
    return { left: width - 94, right: width - 7, top: 50, bottom: 82, width: 87, height: 32 };
  };
  wx.onWindowResize = (listener: (told: object) => void) =>
    window.addEventListener('resize', () =>
      listener({ size: { windowWidth: window.innerWidth, windowHeight: window.innerHeight } }),
    );
  wx.nextTick = (next: () => void) => void Promise.resolve().then(next);
  wx.onError = (listener: (message: string) => void) =>
    window.addEventListener('error', (event) => listener(event.message));
  wx.onAppShow = (listener: () => void) =>
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden) listener();
    });
}
