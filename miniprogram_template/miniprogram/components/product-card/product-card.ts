import type { Answer } from '../../utils/api';
import { say } from '../../utils/i18n';
import { go, routes } from '../../utils/routes';

type Card = Answer<'get', '/products'>['items'][number];

/** One product in a list: the whole card leads to it. */
Component({
  properties: {
    product: { type: Object, value: {} as Partial<Card> },
    /** `card` stands in a grid, `row` in a list. */
    layout: { type: String, value: 'card' },
  },
  data: { soldOut: '' },
  observers: {
    product({ is_available: isAvailable }: Card) {
      this.setData({ soldOut: isAvailable ? '' : say('soldOut') });
    },
  },
  methods: {
    open() {
      go(routes.product((this.data.product as Card).id));
    },
  },
});
