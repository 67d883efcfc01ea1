import { language, say } from '../../utils/i18n';
import { money, parts, spoken, spokenFrom } from '../../utils/money';

/** An amount, or the range that begins with it; beside it what it was before. */
Component({
  properties: {
    minor: { type: Number, value: 0 },
    /** Where prices differ: the highest. */
    maxMinor: { type: Number, value: 0 },
    /** What it cost before: struck through. 0 where nothing is compared. */
    wasMinor: { type: Number, value: 0 },
    currency: { type: String, value: 'CNY' },
    /** `m` in lists, `l` where it is the main thing. */
    size: { type: String, value: 'm' },
  },
  data: {
    sign: '',
    whole: '',
    fraction: '',
    prefix: '',
    suffix: '',
    was: '',
    label: '',
    spoken: '',
  },
  observers: {
    'minor, maxMinor, wasMinor, currency'() {
      this.paint();
    },
  },
  pageLifetimes: {
    show() {
      if (this.data.spoken !== language()) this.paint();
    },
  },
  methods: {
    paint() {
      const { minor, maxMinor, wasMinor, currency } = this.data;
      // What is taken off stands below zero: it has neither a range nor a price before.
      const now = spokenFrom(minor, maxMinor, currency);
      const isRange = minor >= 0 && maxMinor > minor;
      const from = isRange ? say('from') : '';
      const isBefore = language() === 'en';
      const prefix = isBefore ? from : '';
      const suffix = isBefore ? '' : from;
      const isLess = minor >= 0 && wasMinor > minor;
      const was = isLess ? money(wasMinor, currency) : '';
      const label = isLess ? say('wasPrice', { now, was: spoken(wasMinor, currency) }) : now;
      const amount = parts(minor, currency);
      this.setData({ ...amount, prefix, suffix, was, label, spoken: language() });
    },
  },
});
