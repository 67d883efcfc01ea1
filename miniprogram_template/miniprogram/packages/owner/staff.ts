/**
 * The backoffice's API on a phone of the staff, typed from its OpenAPI document. Paths are those of
 * docs/api/backoffice.md without `/b/{shop}/v1`. What somebody may do only the API decides.
 */
import type { paths } from '../../../api/backoffice';
import { ask, clientOf, type AnswerOf, type Method, type Plain } from '../../utils/client';
import { appid } from '../../utils/ext';
import { fromAnswer } from '../../utils/problem';
import { freshCode } from '../../utils/session';

type Root = '/b/{shop}/v1';

/** What `method path` of the backoffice answers. */
export type StaffAnswer<M extends Method, S extends string> = AnswerOf<paths, Root, M, S>;

type SignedIn = StaffAnswer<'post', '/phones/login'>;

const KEPT = 'staff';
let running: Promise<SignedIn> | undefined;

export const staff = clientOf<paths, Root>((method, path, options) => send(method, path, options));

/** Return who works on this phone as last heard; undefined before the first answer. */
export function worker(): SignedIn | undefined {
  return (wx.getStorageSync(KEPT) as SignedIn | '') || undefined;
}

/** Whether whoever works here may change products and answer refund requests. */
export function isManager(): boolean {
  return worker()?.role !== 'fulfilment';
}

/** Spend the portal's code: this phone is that person's from now on. Throws Problem. */
export async function linkPhone(code: string): Promise<void> {
  const body = { link_code: code, device: wx.getDeviceInfo().model.slice(0, 60) };
  keep(await signInBy('/phones/link', body));
}

/** Take this phone away from the person. Throws Problem. */
export async function unlinkPhone(): Promise<void> {
  const id = worker()?.phone_id;
  if (id) await staff.delete('/phones/{phone_id}', { path: { phone_id: String(id) } });
  wx.removeStorageSync(KEPT);
}

/** Send; where the token has ended, sign in silently and send once more. Throws Problem. */
async function send(
  method: Method,
  path: string,
  options: Plain,
  isAgain = false,
): Promise<unknown> {
  const sent = (worker() ?? (await signIn())).token;
  const { statusCode, data } = await ask(method, 'b', path, options, sent);
  if (statusCode < 300) return statusCode === 204 ? undefined : data;
  if (statusCode === 401 && !isAgain) {
    wx.removeStorageSync(KEPT);
    await signIn();
    return send(method, path, options, true);
  }
  throw fromAnswer(statusCode, data);
}

/** Sign in with WeChat; whoever asks meanwhile waits for the same. */
function signIn(): Promise<SignedIn> {
  running ??= signInBy('/phones/login', {})
    .then(keep)
    .finally(() => {
      running = undefined;
    });
  return running;
}

function keep(told: SignedIn): SignedIn {
  wx.setStorageSync(KEPT, told);
  return told;
}

async function signInBy(path: string, more: object): Promise<SignedIn> {
  const body = { appid: appid(), code: await freshCode(), ...more };
  const { statusCode, data } = await ask('post', 'b', path, { body }, '');
  if (statusCode >= 300) throw fromAnswer(statusCode, data);
  return data as SignedIn;
}
