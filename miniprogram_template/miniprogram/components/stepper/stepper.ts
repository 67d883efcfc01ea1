import { pick, type Word } from '../../utils/i18n';

const WORDS: readonly Word[] = ['less', 'more', 'quantity'];

/**
 * How many: fewer, a number to type, more. `bind:change` gets {value}, always within the bounds: the
 * page shows it by setting `value`, or refuses by leaving it.
 */
Component({
  properties: {
    value: { type: Number, value: 1 },
    min: { type: Number, value: 1 },
    max: { type: Number, value: 999 },
    /** What is counted, for those who cannot see it. */
    label: { type: String, value: '' },
  },
  data: { w: {} as Partial<Record<Word, string>>, typed: '1' },
  observers: {
    value(value: number) {
      this.setData({ typed: String(value) });
    },
  },
  lifetimes: {
    attached() {
      this.setData({ w: pick(WORDS) });
    },
  },
  pageLifetimes: {
    // Another language may have been chosen.
    show() {
      this.setData({ w: pick(WORDS) });
    },
  },
  methods: {
    less() {
      this.set(this.data.value - 1);
    },
    more() {
      this.set(this.data.value + 1);
    },
    /** Follow the field: WeChat writes nothing into it that we believe is there already. */
    write(event: WechatMiniprogram.Input) {
      this.setData({ typed: event.detail.value });
    },
    type(event: WechatMiniprogram.Input) {
      this.set(parseInt(event.detail.value, 10) || this.data.value);
    },
    set(wanted: number) {
      const { min, max, value } = this.data;
      const next = Math.max(min, Math.min(max, wanted));
      this.setData({ typed: String(next) });
      if (next !== value) this.triggerEvent('change', { value: next });
      else if (next !== wanted) this.triggerEvent('limit', { value: next });
    },
  },
});
