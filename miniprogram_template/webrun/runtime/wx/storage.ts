/** Storage of this shop's mini-program, for the tab's life: a preview leaves nothing behind. */
import { keep } from '../keep';
import { add, Failed, type Host, type Wx } from './api';

export function addStorage(wx: Wx, { given }: Host): void {
  const prefix = `storage:${String(given.ext.tenant)}:`;
  const keys = (): string[] =>
    keep
      .keys()
      .filter((key) => key.startsWith(prefix))
      .map((key) => key.slice(prefix.length));
  const get = (key: string): unknown => {
    const text = keep.getItem(prefix + key);
    return text === null ? '' : (JSON.parse(text) as unknown);
  };
  const set = (key: string, value: unknown): void =>
    keep.setItem(prefix + key, JSON.stringify(value));
  const remove = (key: string): void => keep.removeItem(prefix + key);
  const clear = (): void => keys().forEach(remove);
  const size = (): number => keys().reduce((sum, key) => sum + key.length + length(key), 0) / 1024;
  const length = (key: string): number => keep.getItem(prefix + key)?.length ?? 0;
  const info = (): object => ({ keys: keys(), currentSize: Math.ceil(size()), limitSize: 10_240 });

  wx.getStorageSync = get;
  wx.setStorageSync = set;
  wx.removeStorageSync = remove;
  wx.clearStorageSync = clear;
  wx.getStorageInfoSync = info;
  add(wx, {
    getStorage: ({ key }: { key: string }) => {
      if (!keys().includes(key)) throw new Failed('data not found');
      return { data: get(key) };
    },
    setStorage: ({ key, data }: { key: string; data: unknown }) => set(key, data),
    removeStorage: ({ key }: { key: string }) => remove(key),
    clearStorage: clear,
    getStorageInfo: info,
  });
}
