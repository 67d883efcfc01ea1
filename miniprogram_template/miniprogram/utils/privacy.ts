/** WeChat's gate before personal data: it asks us to ask, <privacy-gate> shows the question. */

import { say } from './i18n';

/** WeChat's typings take the answer for a result. */
export type Resolve = (answer: { event: 'agree' | 'disagree'; buttonId?: string }) => void;
type Gate = (resolve: Resolve) => void;

const gates: Gate[] = [];

/** Listen to WeChat, once for the whole run; the gate on top asks. */
export function watchPrivacy(): void {
  wx.onNeedPrivacyAuthorization((told) => {
    const resolve = told as unknown as Resolve;
    const gate = gates[gates.length - 1];
    if (gate) gate(resolve);
    else resolve({ event: 'disagree' });
  });
}

export function openGate(gate: Gate): void {
  gates.push(gate);
}

export function closeGate(gate: Gate): void {
  const at = gates.indexOf(gate);
  if (at >= 0) gates.splice(at, 1);
}

/** Say why WeChat did not do it; whoever closed its window knows. */
export function notDone({ errMsg }: { errMsg: string }): undefined {
  if (/privacy|auth/.test(errMsg)) {
    void wx.showToast({ title: say('privacyRefused'), icon: 'none' });
  } else if (!/cancel/.test(errMsg)) {
    void wx.showToast({ title: say('failed'), icon: 'none' });
  }
  return undefined;
}

/** Copy a text: WeChat says that it did, and asks for consent as it does for personal data. */
export async function copy(data: string): Promise<void> {
  await wx.setClipboardData({ data }).catch(notDone);
}
