/** WeChat's gate before personal data: it asks us to ask, <privacy-gate> shows the question. */

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
