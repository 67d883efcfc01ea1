import { go, routes } from '../../utils/routes';

/** What looks like a search field and leads to the search page. */
Component({
  properties: {
    /** What it says. */
    hint: { type: String, value: '' },
  },
  methods: {
    open() {
      go(routes.search);
    },
  },
});
