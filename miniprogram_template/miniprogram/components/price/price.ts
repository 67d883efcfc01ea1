import { language, say } from '../../utils/i18n';
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
  data: { sign: '', whole: '', fraction: '', prefix: '', suffix: '', label: '' },
  observers: {
    'minor, maxMinor, currency'(minor: number, maxMinor: number, currency: string) {
      const isRange = maxMinor > minor;
      const from = isRange ? say('from') : '';
      const isBefore = language() === 'en';
      const prefix = isBefore ? from : '';
      const suffix = isBefore ? '' : from;
      const label = `${prefix} ${spoken(minor, currency)}${suffix}`.trim();
      this.setData({ ...parts(minor, currency), prefix, suffix, label });
    },
  },
});
