/** The preview's own endpoints: the server asks WeChat's simulator, never the real WeChat. */
import type { Given } from '../config';
import { Failed } from './api';

/** Post to an endpoint of the preview; return its answer. */
export async function ask(
  given: Given,
  name: string,
  wish: object,
): Promise<Record<string, string>> {
  if (!given.simulator) throw new Failed('this preview has no WeChat');
  const response = await fetch(given.simulator + name, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(wish),
    credentials: 'omit',
  });
  const told = (await response.json()) as Record<string, string>;
  if (!response.ok) throw new Failed(told.detail ?? String(response.status));
  return told;
}
