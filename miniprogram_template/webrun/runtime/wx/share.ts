/** Sharing: the card that a friend would get is shown, and goes nowhere. */
import type { Page } from '../page';
import { add, type Host, type Wx } from './api';
import { showToast } from './dialogs';

export interface Card {
  title: string;
  path: string;
  imageUrl: string;
}

/** Return the card of a page's onShareAppMessage; null where it has none. */
export function shareCard(page: Page, from: object): Card | null {
  if (!page.has('onShareAppMessage')) return null;
  const told = (page.tell('onShareAppMessage', from) ?? {}) as Partial<Card>;
  const here = page.query ? `/${page.is}?${page.query}` : `/${page.is}`;
  return { title: told.title ?? '', path: told.path ?? here, imageUrl: told.imageUrl ?? '' };
}

export function addShare(wx: Wx, { router }: Host): void {
  add(wx, {
    __share: (from) => {
      const card = shareCard(router.top, from);
      showToast(card ? `转发 · shared: ${card.title}` : '此页不能转发 · cannot be shared', 1500);
    },
  });
}
