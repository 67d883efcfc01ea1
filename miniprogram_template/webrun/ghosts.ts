/**
 * Ghost clicks: after a tap the browser clicks once more, on whatever is under the finger by then.
 * In WeChat nothing does: a page that opened meanwhile must not be touched by the tap before it.
 */

/** Let only those clicks through that began where they end; clicks of the keyboard always. */
export function stopGhostClicks(): void {
  let began: Node | null = null;
  const options = { capture: true };
  window.addEventListener(
    'pointerdown',
    (event) => {
      began = event.target as Node;
    },
    options,
  );
  const stop = (event: MouseEvent): void => {
    const target = event.target as Node;
    const isHere = began !== null && (began.contains(target) || target.contains(began));
    if (event.detail === 0 || isHere) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  window.addEventListener('mousedown', stop, options);
  window.addEventListener('click', stop, options);
}
