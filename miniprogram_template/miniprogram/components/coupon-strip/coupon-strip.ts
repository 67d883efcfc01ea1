import { ticket, type Claimable, type Ticket } from '../../utils/coupon';
import { say } from '../../utils/i18n';
import { go, routes } from '../../utils/routes';

/** A door to the coupons that are left to claim, with what the first of them are worth. */
Component({
  properties: {
    coupons: { type: Array, value: [] as Claimable[] },
  },
  data: { label: '', tickets: [] as Ticket[] },
  observers: {
    coupons(coupons: Claimable[]) {
      const left = coupons.filter((coupon) => !coupon.is_claimed);
      this.setData({ label: say('claimCoupons'), tickets: left.slice(0, 3).map(ticket) });
    },
  },
  methods: {
    open() {
      go(routes.coupons());
    },
  },
});
