/**
 * The storefront's API, typed from its OpenAPI document: `api.get('/products', { query: { sort } })`.
 * Paths are those of docs/api/storefront.md without `/s/{shop}/v1`.
 */
import type { paths } from '../../api/storefront';
import { ext } from './ext';
import { language } from './i18n';
import { fromAnswer, fromFailure } from './problem';
import { forget, signIn, token } from './session';

type Method = 'get' | 'post' | 'patch' | 'put' | 'delete';
type Whole = `/s/{shop}/v1${string}`;
type Short<P> = P extends `/s/{shop}/v1${infer Rest}` ? Rest : never;
type PathOf<M extends Method> = {
  [P in keyof paths & Whole]: paths[P] extends Record<M, object> ? Short<P> : never;
}[keyof paths & Whole];
type Operation<M extends Method, P extends string> = `/s/{shop}/v1${P}` extends infer K extends
  keyof paths
  ? paths[K] extends Record<M, infer O>
    ? O
    : never
  : never;
type Json<T> = T extends { content: { 'application/json': infer J } } ? J : undefined;
type Success<R> = R extends { 200: infer T }
  ? Json<T>
  : R extends { 201: infer T }
    ? Json<T>
    : void;
type QueryOf<O> = O extends { parameters: { query?: infer Q } } ? Q : never;
type BodyOf<O> = O extends { requestBody?: infer B } ? Json<NonNullable<B>> : never;

/** What `method path` answers. */
export type Answer<M extends Method, P extends string> =
  Operation<M, P> extends { responses: infer R } ? Success<R> : never;

export interface Options<M extends Method, P extends string> {
  /** Values of `{…}` in the path. */
  path?: Record<string, string>;
  query?: QueryOf<Operation<M, P>>;
  body?: BodyOf<Operation<M, P>>;
  /** The same deed again has the same key: make one by `newKey()` and keep it while retrying. */
  idempotencyKey?: string;
  /** Ask for a sign-in first: for what belongs to the visitor. */
  isMine?: boolean;
}

const TIMEOUT_MS = 10_000;

function call<M extends Method>(method: M) {
  return <P extends PathOf<M>>(path: P, options: Options<M, P> = {}): Promise<Answer<M, P>> =>
    send(method, path, options as Plain) as Promise<Answer<M, P>>;
}

export const api = {
  get: call('get'),
  post: call('post'),
  patch: call('patch'),
  put: call('put'),
  delete: call('delete'),
};

/** Return a key for one deed. */
export function newKey(): string {
  const digits = (): string => Math.floor(Math.random() * 2 ** 32).toString(36);
  return `${Date.now().toString(36)}-${digits()}-${digits()}`;
}

interface Plain {
  path?: Record<string, string>;
  query?: Record<string, unknown>;
  body?: WechatMiniprogram.IAnyObject;
  idempotencyKey?: string;
  isMine?: boolean;
}

/** Send; where the token has ended, sign in silently and send once more. Throws Problem. */
async function send(
  method: Method,
  path: string,
  options: Plain,
  isAgain = false,
): Promise<unknown> {
  if (options.isMine && !token()) await signIn();
  const sent = token();
  const { statusCode, data } = await ask(method, address(path, options), options, sent);
  if (statusCode < 300) return statusCode === 204 ? undefined : data;
  if (statusCode === 401 && sent && !isAgain) {
    forget();
    await signIn();
    return send(method, path, options, true);
  }
  throw fromAnswer(statusCode, data);
}

function address(path: string, { path: values = {}, query = {} }: Plain): string {
  const filled = path.replace(/\{(\w+)\}/g, (_all, name: string) =>
    encodeURIComponent(values[name] ?? ''),
  );
  const asked = Object.entries(query)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`)
    .join('&');
  const { apiBase, tenant } = ext();
  return `${apiBase}/s/${tenant}/v1${filled}${asked ? `?${asked}` : ''}`;
}

function ask(
  method: Method,
  url: string,
  { body, idempotencyKey }: Plain,
  sent: string,
): Promise<{ statusCode: number; data: unknown }> {
  const header: Record<string, string> = { 'Accept-Language': language() };
  if (sent) header.Authorization = `Bearer ${sent}`;
  if (idempotencyKey) header['Idempotency-Key'] = idempotencyKey;
  return new Promise((resolve, reject) => {
    wx.request({
      url,
      // WeChat sends PATCH, although its typings forget it.
      method: method.toUpperCase() as 'GET',
      data: body,
      header,
      timeout: TIMEOUT_MS,
      success: resolve,
      fail: ({ errMsg }) => reject(fromFailure(errMsg)),
    });
  });
}
