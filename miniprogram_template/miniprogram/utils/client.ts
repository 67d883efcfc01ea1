/** What the clients of our APIs have in common: their types, from OpenAPI, and how a request is sent. */
import { setClock } from './dates';
import { ext } from './ext';
import { language } from './i18n';
import { fromFailure } from './problem';

export type Method = 'get' | 'post' | 'patch' | 'put' | 'delete';
type Short<K, Root extends string> = K extends `${Root}${infer Rest}` ? Rest : never;
type PathOf<P, Root extends string, M extends Method> = {
  [K in keyof P & `${Root}${string}`]: P[K] extends Record<M, object> ? Short<K, Root> : never;
}[keyof P & `${Root}${string}`];
type Operation<
  P,
  Root extends string,
  M extends Method,
  S extends string,
> = `${Root}${S}` extends infer K extends keyof P
  ? P[K] extends Record<M, infer O>
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

/** What `method path` of the API with these paths below `Root` answers. */
export type AnswerOf<P, Root extends string, M extends Method, S extends string> =
  Operation<P, Root, M, S> extends { responses: infer R } ? Success<R> : never;

export interface Options<O> {
  /** Values of `{…}` in the path. */
  path?: Record<string, string>;
  query?: QueryOf<O>;
  body?: BodyOf<O>;
  /** The same deed again has the same key: make one by `newKey()` and keep it while retrying. */
  idempotencyKey?: string;
  /** The version that was seen: the edit is refused where another one is there by now. */
  version?: number;
  /** Ask for a sign-in first: for what belongs to the visitor. */
  isMine?: boolean;
}

/** `client.get('/products', { query: { sort } })`, and the other methods. */
export type Client<P, Root extends string> = {
  [M in Method]: <S extends PathOf<P, Root, M>>(
    path: S,
    options?: Options<Operation<P, Root, M, S>>,
  ) => Promise<AnswerOf<P, Root, M, S>>;
};

/** Options as they are sent. */
export interface Plain {
  path?: Record<string, string>;
  query?: Record<string, unknown>;
  body?: WechatMiniprogram.IAnyObject;
  idempotencyKey?: string;
  version?: number;
  isMine?: boolean;
}

export type Send = (method: Method, path: string, options: Plain) => Promise<unknown>;

const TIMEOUT_MS = 10_000;

/** Return a client whose requests go through `send`. */
export function clientOf<P, Root extends string>(send: Send): Client<P, Root> {
  const call =
    (method: Method) =>
    (path: string, options: Plain = {}): Promise<unknown> =>
      send(method, path, options);
  return {
    get: call('get'),
    post: call('post'),
    patch: call('patch'),
    put: call('put'),
    delete: call('delete'),
  } as unknown as Client<P, Root>;
}

/** Send a request once: to customers' door `s` or the staff's `b`. Throws Problem without an answer. */
export function ask(
  method: Method,
  door: 's' | 'b',
  path: string,
  options: Plain,
  token: string,
): Promise<{ statusCode: number; data: unknown }> {
  const { body, idempotencyKey, version } = options;
  const header: Record<string, string> = { 'Accept-Language': language() };
  if (token) header.Authorization = `Bearer ${token}`;
  if (idempotencyKey) header['Idempotency-Key'] = idempotencyKey;
  // wx.request has no PATCH, and its manual says nothing of the body of a DELETE.
  const isWithin = method !== 'get' && method !== 'post';
  if (isWithin) header['X-HTTP-Method-Override'] = method.toUpperCase();
  if (version !== undefined) header['If-Match'] = `"${version}"`;
  return new Promise((resolve, reject) => {
    wx.request({
      url: address(door, path, options),
      method: method === 'get' ? 'GET' : 'POST',
      data: body,
      header,
      timeout: TIMEOUT_MS,
      success: (answer) => {
        setClock(answer.header);
        resolve(answer);
      },
      fail: ({ errMsg }) => reject(fromFailure(errMsg)),
    });
  });
}

function address(door: string, path: string, { path: values = {}, query = {} }: Plain): string {
  const filled = path.replace(/\{(\w+)\}/g, (_all, name: string) =>
    encodeURIComponent(values[name] ?? ''),
  );
  const asked = Object.entries(query)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`)
    .join('&');
  const { apiBase, tenant } = ext();
  return `${apiBase}/${door}/${tenant}/v1${filled}${asked ? `?${asked}` : ''}`;
}
