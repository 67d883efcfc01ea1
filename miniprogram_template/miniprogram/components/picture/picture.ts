import { absolute } from '../../utils/ext';

/** A picture that fills its box: grey until it is there, a sign where it cannot be had. */
Component({
  externalClasses: ['box-class'],
  properties: {
    /** As the API gives it. Choose the rendition: small 200, medium 400, large 800 px wide. */
    src: { type: String, value: '' },
    /** What it shows; empty for decoration. */
    alt: { type: String, value: '' },
    lazy: { type: Boolean, value: true },
    mode: { type: String, value: 'aspectFill' },
  },
  data: { address: '', isBroken: false },
  observers: {
    src(src: string) {
      this.setData({ address: absolute(src), isBroken: !src });
    },
  },
  lifetimes: {
    attached() {
      this.setData({ isBroken: !this.data.src });
    },
  },
  methods: {
    broken() {
      this.setData({ isBroken: true });
    },
  },
});
