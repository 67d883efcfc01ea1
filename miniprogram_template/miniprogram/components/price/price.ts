import { say } from '../../utils/i18n';
import { parts, spoken } from '../../utils/money';

/** An amount, or the range that begins with it. */
Component({
  properties: {
    minor: { type: Number, value: 0 },
    /** Where prices differ: the highest. */
    maxMinor: { type: Number, value: 0 },
    currency: { type: String, value: 'CNY' },
    /** `m` in lists, `l` where it is the main thing. */
    size: { type: String, value: 'm' },
  },
  data: { sign: '', whole: '', fraction: '', suffix: '', label: '' },
  observers: {
    'minor, maxMinor, currency'(minor: number, maxMinor: number, currency: string) {
      const isRange = maxMinor > minor;
      const suffix = isRange ? say('from') : '';
      const label = `${spoken(minor, currency)}${suffix}`;
      this.setData({ ...parts(minor, currency), suffix, label });
    },
  },
});
