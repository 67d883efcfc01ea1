/** WeChat's unit: 750 rpx are the width of the window, whatever it is. */

/** Return the text with every length in rpx as vw. */
export function inVw(text: string): string {
  if (!text.includes('rpx')) return text;
  return text.replace(
    /(-?\d*\.?\d+)rpx\b/g,
    (_all, number: string) => `${+(Number(number) / 7.5).toFixed(5)}vw`,
  );
}
