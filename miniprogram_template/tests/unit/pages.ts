/** A page without WeChat: its data, its deeds, what it asked. Requests are answered by hand. */
import { vi } from 'vitest';
import { install, type Answerer, type Asked } from './wechat';

type Data = Record<string, any>;

/** A page that is open: its own functions stand beside `data`. */
export interface Opened {
  data: Data;
  [deed: string]: any;
}

export const THEME = {
  name: 'Shop', palette: [], on_brand: '#fff', brand_text: '#111', modules: ['shop', 'owner'],
  tab_labels: {}, language: 'zh-Hans', currency: 'CNY', logo_url: null, service_phone: '',
}; // prettier-ignore

/** Put WeChat in place, signed in; `more` are the `wx` functions that a test watches. */
export function wechat(answer: Answerer, more: object = {}): Asked[] {
  vi.resetModules();
  const asked = install(answer);
  const nothing = (): Promise<object> => Promise.resolve({});
  const quiet = [
    'showToast', 'setNavigationBarTitle', 'setTabBarItem', 'setTabBarStyle', 'setTabBarBadge',
    'removeTabBarBadge', 'navigateTo', 'redirectTo', 'switchTab', 'navigateBack',
    'requestSubscribeMessage', 'pageScrollTo',
  ]; // prettier-ignore
  Object.assign(wx, Object.fromEntries(quiet.map((name) => [name, vi.fn(nothing)])), more);
  wx.setStorageSync('token', 't1');
  wx.setStorageSync('theme', THEME);
  return asked;
}

/** Open the page that `load` imports, and wait until it has loaded; `made` gets it before. */
export async function open(
  load: () => Promise<unknown>,
  query: Data = {},
  made: (page: Opened) => void = () => undefined,
): Promise<Opened> {
  let given: Opened | undefined;
  const stack: Opened[] = [];
  vi.stubGlobal('Page', (definition: Opened) => (given = definition));
  vi.stubGlobal('getCurrentPages', () => stack);
  await load();
  const page: Opened = { ...given!, data: structuredClone(given!.data) };
  page.setData = (change: Data) =>
    Object.entries(change).forEach(([path, value]) => put(page.data, path, value));
  stack.push(page);
  made(page);
  const loaded = page.onLoad(query) as Promise<void>;
  page.onShow();
  await loaded;
  return page;
}

/** Make the component that `load` imports; its observers and lifetimes are called by hand. */
export async function draw(load: () => Promise<unknown>): Promise<Opened> {
  let given: Opened | undefined;
  vi.stubGlobal('Component', (definition: Opened) => (given = definition));
  await load();
  const made: Opened = { ...given!, ...given!.methods, data: structuredClone(given!.data) };
  made.setData = (change: Data) => Object.assign(made.data, change);
  made.triggerEvent = vi.fn();
  return made;
}

/** Let everything that is due now happen. */
export const rest = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

/** Return what a tap on an element with these data brings. */
export const tap = (dataset: Data): object => ({ currentTarget: { dataset } });

function put(data: Data, path: string, value: unknown): void {
  const names = path.match(/[^.[\]]+/g)!;
  const last = names.pop()!;
  names.reduce((at, name) => at[name], data)[last] = structuredClone(value);
}
