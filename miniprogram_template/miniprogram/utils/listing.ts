/** A long list on a page: begun, gone on with, never mixed with the list that was there before. */
import { Pager, type Fetch } from './pager';

interface Page {
  setData(data: Record<string, unknown>): void;
}

const pagers = new WeakMap<object, Pager<{ id: string }>>();

/** Show the first rows as the page's `products` and `isComplete`. Throws Problem. */
export async function beginList<T extends { id: string }>(
  page: Page,
  fetch: Fetch<T>,
): Promise<void> {
  const pager = new Pager<T>(fetch);
  pagers.set(page, pager);
  await pager.more();
  if (pagers.get(page) !== pager) return;
  page.setData({ products: pager.items, isComplete: pager.isComplete });
}

/** Add the next rows: only they are sent to the screen. Throws Problem. */
export async function goOnWithList(page: Page): Promise<void> {
  const pager = pagers.get(page);
  if (!pager || pager.isComplete) return;
  const shown = pager.items.length;
  await pager.more();
  if (pagers.get(page) !== pager) return;
  const added = pager.items.slice(shown);
  page.setData({
    ...Object.fromEntries(added.map((item, index) => [`products[${shown + index}]`, item])),
    isComplete: pager.isComplete,
  });
}
