import { say } from '../../utils/i18n';
import { closeGate, openGate, type Resolve } from '../../utils/privacy';

let resolve: Resolve | undefined;

/** Asks for consent when WeChat wants it; a page that uses personal data holds one. */
Component({
  data: { isOpen: false, title: '', text: '', contract: '', agree: '', disagree: '' },
  lifetimes: {
    attached() {
      openGate(this.gate());
    },
    detached() {
      closeGate(this.gate());
    },
  },
  methods: {
    gate() {
      const self = this as unknown as { opened?: (asked: Resolve) => void };
      self.opened ??= (asked) => {
        resolve = asked;
        this.ask();
      };
      return self.opened;
    },

    ask() {
      wx.getPrivacySetting({
        success: ({ privacyContractName }) =>
          this.setData({
            isOpen: true,
            title: say('privacyTitle'),
            text: say('privacyText'),
            contract: privacyContractName,
            agree: say('agree'),
            disagree: say('disagree'),
          }),
        fail: () => this.end({ event: 'disagree' }),
      });
    },

    openContract() {
      wx.openPrivacyContract({});
    },

    agreed() {
      this.end({ event: 'agree', buttonId: 'agree' });
    },

    disagreed() {
      this.end({ event: 'disagree' });
    },

    end(answer: Parameters<Resolve>[0]) {
      this.setData({ isOpen: false });
      resolve?.(answer);
      resolve = undefined;
    },
  },
});
