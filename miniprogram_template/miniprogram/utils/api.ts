/**
 * The storefront's API, typed from its OpenAPI document: `api.get('/products', { query: { sort } })`.
 * Paths are those of docs/api/storefront.md without `/s/{shop}/v1`.
 */
import type { paths } from '../../api/storefront';
import { ask, clientOf, type AnswerOf, type Method, type Plain } from './client';
import { fromAnswer } from './problem';
import { forget, signIn, token } from './session';

type Root = '/s/{shop}/v1';

/** What `method path` answers. */
export type Answer<M extends Method, S extends string> = AnswerOf<paths, Root, M, S>;

export const api = clientOf<paths, Root>((method, path, options) => send(method, path, options));

/** Return a key for one deed. */
export function newKey(): string {
  const digits = (): string => Math.floor(Math.random() * 2 ** 32).toString(36);
  return `${Date.now().toString(36)}-${digits()}-${digits()}`;
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
  const { statusCode, data } = await ask(method, 's', path, options, sent);
  if (statusCode < 300) return statusCode === 204 ? undefined : data;
  if (statusCode === 401 && sent && !isAgain) {
    forget();
    await signIn();
    return send(method, path, options, true);
  }
  throw fromAnswer(statusCode, data);
}
