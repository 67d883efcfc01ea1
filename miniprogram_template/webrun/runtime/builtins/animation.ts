/** Plays what wx.createAnimation exported. */

interface Step {
  duration?: number;
  delay?: number;
  timingFunction?: string;
  transformOrigin?: string;
  style: Partial<CSSStyleDeclaration>;
}

/** Run the steps one after the other on an element. */
export function playAnimation(element: HTMLElement, exported?: { actions?: Step[] }): void {
  const steps = exported?.actions ?? [];
  const play = (index: number): void => {
    const step = steps[index];
    if (!step) return;
    const { duration = 400, delay = 0, timingFunction = 'linear' } = step;
    requestAnimationFrame(() => {
      element.style.transition = `all ${duration}ms ${timingFunction} ${delay}ms`;
      element.style.transformOrigin = step.transformOrigin ?? '';
      Object.assign(element.style, step.style);
      window.setTimeout(() => play(index + 1), duration + delay);
    });
  };
  play(0);
}
