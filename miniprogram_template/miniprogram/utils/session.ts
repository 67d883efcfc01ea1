/** Who is signed in. Nobody is asked before it is needed; WeChat signs in without a question. */
import { appid, ext } from './ext';
import { language, say } from './i18n';
import { fromAnswer, fromFailure, Problem } from './problem';

const TOKEN = 'token';
let running: Promise<void> | undefined;

export function token(): string {
  return wx.getStorageSync(TOKEN) as string;
}

export function isSignedIn(): boolean {
  return token() !== '';
}

/** Forget the token: it ended, or the person signed out. */
export function forget(): void {
  wx.removeStorageSync(TOKEN);
}

/** Sign in with WeChat; whoever asks meanwhile waits for the same. Throws Problem. */
export function signIn(): Promise<void> {
  running ??= exchange().finally(() => {
    running = undefined;
  });
  return running;
}

/** Return a fresh code of wx.login: it alone says whose phone this is. Throws Problem. */
export async function freshCode(): Promise<string> {
  const { code } = await wx.login().catch(({ errMsg }: { errMsg: string }) => {
    console.error(errMsg); // in English, whatever the shop speaks
    throw new Problem('sign_in_failed', say('signInFailed'));
  });
  return code;
}

async function exchange(): Promise<void> {
  const code = await freshCode();
  const { apiBase, tenant } = ext();
  wx.setStorageSync(TOKEN, await tokenFor(`${apiBase}/s/${tenant}/v1/login`, code));
}

function tokenFor(url: string, code: string): Promise<string> {
  return new Promise((resolve, reject) => {
    wx.request<{ token: string }>({
      url,
      method: 'POST',
      data: { appid: appid(), code },
      header: { 'Accept-Language': language() },
      timeout: 10_000,
      success: ({ statusCode, data }) =>
        statusCode < 300 ? resolve(data.token) : reject(fromAnswer(statusCode, data)),
      fail: ({ errMsg }) => reject(fromFailure(errMsg)),
    });
  });
}
