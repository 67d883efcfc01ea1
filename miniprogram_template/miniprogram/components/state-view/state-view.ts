import type { Status } from '../../utils/page';
import { routes } from '../../utils/routes';

const ICONS: Partial<Record<Status, string>> = {
  error: 'error-circle',
  offline: 'wifi-off',
  off: 'info-circle',
};

/** What stands in a page's place while its content does not: nothing once `status` is `ready`. */
Component({
  properties: {
    status: { type: String, value: 'loading' },
    problem: { type: String, value: '' },
    /** The page's words. */
    w: { type: Object, value: {} },
    /** The picture over the words, where there is nothing. */
    emptyIcon: { type: String, value: 'app' },
    /** The shape of what is coming: `list`, `grid`, `detail` or `form`. */
    skeleton: { type: String, value: 'list' },
    /** What to say where there is nothing. */
    emptyText: { type: String, value: '' },
    /** Where a button leads out of the emptiness; without it there is none. */
    emptyAction: { type: String, value: '' },
  },
  data: { icon: '', bones: [1, 2, 3, 4, 5, 6] },
  observers: {
    status(status: Status) {
      this.setData({ icon: ICONS[status] ?? '' });
    },
  },
  methods: {
    retry() {
      this.triggerEvent('retry');
    },
    leave() {
      void wx.switchTab({ url: routes.home });
    },
    act() {
      this.triggerEvent('act');
    },
  },
});
