/** The key of a deed: the same while the wish is the same, however often it is sent. */
import { newKey } from '../../../utils/api';

const keys = new WeakMap<object, { wish: string; key: string }>();

/** Return the key under which a page sends a wish. */
export function keyFor(page: object, body: object): string {
  const wish = JSON.stringify(body);
  const known = keys.get(page);
  if (known?.wish === wish) return known.key;
  const key = newKey();
  keys.set(page, { wish, key });
  return key;
}
