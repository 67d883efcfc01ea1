import { heldPeriod, misfit, terms, worth, type Offer } from '../../../../utils/coupon';
import { pick, say } from '../../../../utils/i18n';
import { money } from '../../../../utils/money';

interface Row {
  id: string;
  worth: string;
  title: string;
  terms: string;
  period: string;
  /** What it saves, or why it does not fit. */
  note: string;
  label: string;
}

/** Which coupon an order is made with: a row, and a sheet to choose from. */
Component({
  properties: {
    coupons: { type: Array, value: [] as Offer[] },
    /** The coupon that the total is made with; empty: none. */
    chosen: { type: String, value: '' },
    discountMinor: { type: Number, value: 0 },
    currency: { type: String, value: 'CNY' },
  },
  data: {
    isOpen: false,
    w: pick(['coupons', 'noCoupon', 'cannotUse', 'close']),
    summary: '',
    fitting: [] as Row[],
    others: [] as Row[],
  },
  observers: {
    'coupons, chosen, currency'(coupons: Offer[], _chosen: string, currency: string) {
      const fitting = coupons.filter(({ is_usable }) => is_usable);
      const count = fitting.length;
      this.setData({
        w: pick(['coupons', 'noCoupon', 'cannotUse', 'close']),
        summary: count ? say('couponsFit', { count }) : say('noCouponFits'),
        fitting: fitting.map((offer) => row(offer, currency)),
        others: coupons.filter((offer) => !offer.is_usable).map((offer) => row(offer, currency)),
      });
    },
  },
  methods: {
    open() {
      this.setData({ isOpen: true });
    },
    close() {
      this.setData({ isOpen: false });
    },
    choose(event: WechatMiniprogram.TouchEvent) {
      const id = event.currentTarget.dataset.id as string;
      this.setData({ isOpen: false });
      if (id !== this.data.chosen) this.triggerEvent('choose', { id });
    },
  },
});

function row(offer: Offer, currency: string): Row {
  const what = worth(offer, currency);
  const note = offer.is_usable ? money(-offer.discount_minor, currency) : misfit(offer, currency);
  return {
    id: offer.member_coupon_id,
    worth: what,
    title: offer.title,
    terms: terms(offer, currency),
    period: heldPeriod(offer),
    note,
    label: `${what} ${offer.title} ${note}`,
  };
}
