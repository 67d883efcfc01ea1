/** Whether there is a network; pages that failed for lack of one try again when it is back. */

type Listener = () => void;
const waiting = new Set<Listener>();

/** Listen to WeChat, once for the whole run. */
export function watchNetwork(): void {
  wx.onNetworkStatusChange(({ isConnected }) => {
    if (!isConnected) return;
    const due = [...waiting];
    waiting.clear();
    due.forEach((listener) => listener());
  });
}

/** Be told once when the network is back. */
export function whenBack(listener: Listener): void {
  waiting.add(listener);
}

/** Be told no more. */
export function noLonger(listener: Listener): void {
  waiting.delete(listener);
}
