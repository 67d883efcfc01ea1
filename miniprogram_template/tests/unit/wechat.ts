/** A `wx` for tests of plain code: storage, language, and requests that are answered by hand. */
import { vi } from 'vitest';

export interface Asked {
  url: string;
  method: string;
  data?: unknown;
  header: Record<string, string>;
}
type Reply = { statusCode: number; data?: unknown; header?: object } | { errMsg: string };
export type Answerer = (asked: Asked) => Reply | Promise<Reply>;

/** Put a fresh `wx` in place. `answer` decides what each request gets; what was asked is kept. */
export function install(answer: Answerer, language = 'zh_CN'): Asked[] {
  const kept = new Map<string, unknown>();
  const asked: Asked[] = [];
  vi.stubGlobal('wx', {
    getStorageSync: (key: string) => kept.get(key) ?? '',
    setStorageSync: (key: string, value: unknown) => kept.set(key, value),
    removeStorageSync: (key: string) => kept.delete(key),
    getAppBaseInfo: () => ({ language, fontSizeSetting: 16 }),
    getExtConfigSync: () => ({ tenant: 'shop', apiBase: 'https://api.invalid', v: '1' }),
    getAccountInfoSync: () => ({ miniProgram: { appId: 'wxapp' } }),
    login: () => Promise.resolve({ code: 'code' }),
    request: (options: Asked & Record<'success' | 'fail', (told: unknown) => void>) => {
      const { url, method, data, header } = options;
      asked.push({ url, method, data, header: { ...header } });
      const end = (reply: Reply): void =>
        'errMsg' in reply ? options.fail(reply) : options.success(reply);
      const reply = answer(asked[asked.length - 1]!);
      if (reply instanceof Promise) void reply.then(end);
      else end(reply);
    },
  });
  return asked;
}
