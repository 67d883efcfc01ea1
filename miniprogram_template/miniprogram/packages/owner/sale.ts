/** How a product stands, in a word. */
import { say, type Word } from '../../utils/i18n';

const STATES: Record<'draft' | 'on_sale' | 'hidden', Word> = {
  draft: 'draft',
  on_sale: 'onSale',
  hidden: 'hidden',
};

export function saleWord(state: keyof typeof STATES): string {
  return say(STATES[state]);
}
