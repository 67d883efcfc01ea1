import type { Answer } from '../../utils/api';
import { say } from '../../utils/i18n';
import { spokenFrom } from '../../utils/money';
import { go, routes } from '../../utils/routes';

type Card = Answer<'get', '/products'>['items'][number];

/** One product in a list: the whole card leads to it. */
Component({
  properties: {
    product: { type: Object, value: {} as Partial<Card> },
    /** `card` stands in a grid, `row` in a list. */
    layout: { type: String, value: 'card' },
  },
  data: { soldOut: '', label: '' },
  observers: {
    product({ title, price_minor, max_price_minor, currency, is_available }: Partial<Card>) {
      const soldOut = is_available ? '' : say('soldOut');
      const price = spokenFrom(price_minor ?? 0, max_price_minor ?? 0, currency ?? 'CNY');
      this.setData({ soldOut, label: [title, price, soldOut].filter(Boolean).join(' ') });
    },
  },
  methods: {
    open() {
      go(routes.product((this.data.product as Card).id));
    },
  },
});
