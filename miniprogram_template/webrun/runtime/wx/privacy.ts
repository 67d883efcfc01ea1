/** WeChat's gate before personal data: the page asks the person, then tells us the answer. */
import { keep } from '../keep';
import { add, Failed, type Wx } from './api';
import { dialog } from './dialogs';

type Answer = { event: 'agree' | 'disagree' | 'exposureAuthorization'; buttonId?: string };
type Listener = (resolve: (answer: Answer) => void, info: { referrer: string }) => void;

const AGREED = 'privacy-agreed';
const CONTRACT = '《用户隐私保护指引》';
let listener: Listener | undefined;

export function addPrivacy(wx: Wx): void {
  add(wx, {
    getPrivacySetting: () => ({ needAuthorization: !isAgreed(), privacyContractName: CONTRACT }),
    requirePrivacyAuthorize: () => permitted('requirePrivacyAuthorize'),
    openPrivacyContract: async () => {
      const content = '在微信中会打开平台登记的指引 · in WeChat the registered text opens here';
      await dialog({ title: CONTRACT, content, showCancel: false });
    },
    __agreePrivacy: () => agree(),
    getSetting: () => ({ authSetting: {} }),
  });
  wx.onNeedPrivacyAuthorization = (added: Listener) => {
    listener = added;
  };
}

/** Pass, or throw as WeChat does where the person refuses. */
export async function permitted(referrer: string): Promise<void> {
  if (isAgreed()) return;
  const answer = listener ? await askPage(listener, referrer) : await askHere();
  if (answer !== 'agree') throw new Failed('privacy permission is not authorized', { errno: 104 });
  agree();
}

function askPage(asked: Listener, referrer: string): Promise<string> {
  return new Promise((resolve) => {
    asked(
      ({ event }) => {
        if (event !== 'exposureAuthorization') resolve(event);
      },
      { referrer },
    );
  });
}

async function askHere(): Promise<string> {
  return (await dialog({ title: CONTRACT, content: '同意后继续 · agree to go on' }))
    ? 'agree'
    : 'disagree';
}

function isAgreed(): boolean {
  return keep.getItem(AGREED) === 'yes';
}

function agree(): void {
  keep.setItem(AGREED, 'yes');
}
