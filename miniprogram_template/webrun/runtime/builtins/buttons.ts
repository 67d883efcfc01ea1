/** What is pressed: button and navigator. */
import { around, Flag, Text, type BuiltIn, type Family } from './define';

type Wx = Record<string, (options: object) => unknown>;
const wx = (): Wx => (window as unknown as { wx: Wx }).wx;

const NAVIGATIONS: Record<string, string> = {
  navigate: 'navigateTo',
  redirect: 'redirectTo',
  switchTab: 'switchTab',
  reLaunch: 'reLaunch',
  navigateBack: 'navigateBack',
};

/** What `open-type` does; the runner's wx has the deed itself. */
const DEEDS: Record<string, (self: BuiltIn) => void> = {
  share: (self) => void wx().__share({ from: 'button', target: { dataset: datasetOf(self) } }),
  contact: (self) =>
    void wx().openCustomerServiceChat({
      corpId: '',
      extInfo: {},
      complete: () => self.fire('contact', {}),
    }),
  getPhoneNumber: (self) =>
    void wx().__getPhoneNumber({ complete: (told: object) => self.fire('getphonenumber', told) }),
  chooseAvatar: (self) =>
    void wx().chooseMedia({
      count: 1,
      mediaType: ['image'],
      success: ({ tempFiles }: { tempFiles: { tempFilePath: string }[] }) =>
        self.fire('chooseavatar', { avatarUrl: tempFiles[0].tempFilePath }),
    }),
  agreePrivacyAuthorization: (self) => {
    wx().__agreePrivacy({});
    self.fire('agreeprivacyauthorization', {});
  },
};

export const buttons: Family = {
  button: {
    properties: {
      type: Text,
      size: Text,
      plain: Flag,
      disabled: Flag,
      loading: Flag,
      formType: Text,
      openType: Text,
      lang: Text,
      sessionFrom: Text,
      sendMessageTitle: Text,
      sendMessagePath: Text,
      sendMessageImg: Text,
      showMessageCard: Flag,
      appParameter: Text,
      phoneNumberNoQuotaToast: Flag,
      activityType: { type: null },
      entrancePath: Text,
      needShowEntrance: Flag,
    },
    start(self) {
      const { $$: element } = self;
      if (!element.hasAttribute('role')) element.setAttribute('role', 'button');
      self.onTap(() => {
        const { disabled, formType, openType } = self.data;
        if (disabled) return;
        if (formType) around(element, 'form')?.[formType as string]?.();
        if (openType) DEEDS[openType as string]?.(self);
      });
    },
    update({ $$: element, data }) {
      if (data.disabled) element.setAttribute('aria-disabled', 'true');
      else element.removeAttribute('aria-disabled');
    },
  },
  navigator: {
    properties: {
      url: { type: null },
      openType: { type: Text, value: 'navigate' },
      delta: { type: null, value: 1 },
      target: { type: null },
    },
    start(self) {
      self.$$.setAttribute('role', 'link');
      self.onTap(() => {
        const { url, openType, delta } = self.data;
        const verb = NAVIGATIONS[openType as string];
        if (verb) wx()[verb]({ url, delta, fail: (told: object) => self.fire('fail', told) });
      });
    },
  },
};

function datasetOf(self: BuiltIn): object {
  return (self as unknown as { dataset?: object }).dataset ?? {};
}
