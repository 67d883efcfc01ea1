import { say } from '../../utils/i18n';
import { closeGate, openGate, type Resolve } from '../../utils/privacy';

/** What one gate keeps besides its data: WeChat asks for each interface by itself. */
interface Gate {
  opened?: (asked: Resolve) => void;
  waiting?: Resolve[];
}

/** Asks for consent when WeChat wants it; a page that uses personal data holds one. */
Component({
  data: { isOpen: false, title: '', text: '', contract: '', agree: '', disagree: '' },
  lifetimes: {
    attached() {
      openGate(this.gate());
    },
    detached() {
      closeGate(this.gate());
      this.end({ event: 'disagree' });
    },
  },
  methods: {
    gate() {
      const self = this as unknown as Gate;
      self.opened ??= (asked) => {
        self.waiting = [...(self.waiting ?? []), asked];
        if (self.waiting.length === 1) this.ask();
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

    /** Answer all who wait; none is left without an answer, also where the page is left. */
    end(answer: Parameters<Resolve>[0]) {
      const self = this as unknown as Gate;
      const asked = self.waiting ?? [];
      self.waiting = [];
      if (asked.length) this.setData({ isOpen: false });
      asked.forEach((resolve) => resolve(answer));
    },
  },
});
