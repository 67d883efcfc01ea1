/** `wx.createSelectorQuery().select(…).node()` and `.fields({ node: true })`, for canvases. */
import { domOf, type Inside } from './glass';

const WITH_SIZE = { id: true, dataset: true, size: true, rect: true };

/** Teach the framework's queries to answer with a canvas; `sample` is any component's query. */
export function answerNodes(sample: Inside): void {
  const found = Object.getPrototypeOf(sample.select('canvas'));
  const plain = found.fields;
  found.fields = function fields(this: Inside, wanted: Inside, done?: (row: Inside) => void) {
    if (!wanted.node) return plain.call(this, wanted, done);
    // The framework's own names of these are mangled; there are exactly three kinds of value.
    const held = Object.values(this) as Inside[];
    const component = held.find((value) => value?._$);
    const query = held.find((value) => value && typeof value === 'object' && !value._$);
    const selector = held.find((value) => typeof value === 'string');
    plain.call(this, WITH_SIZE, (row: Inside) => {
      const canvas = canvasOf(component, selector ?? '');
      if (row && canvas) row.node = withHelpers(canvas, row);
      done?.(row);
    });
    return query;
  };
  found.node = function node(this: Inside, done?: (row: Inside) => void) {
    return this.fields({ node: true }, done);
  };
}

function canvasOf(component: Inside, selector: string): HTMLCanvasElement | null {
  const element = component._$.getShadowRoot()?.querySelector(selector);
  return domOf(element)?.querySelector('canvas') ?? null;
}

function withHelpers(canvas: HTMLCanvasElement, row: { width: number; height: number }): object {
  if (!canvas.dataset.sized) {
    canvas.dataset.sized = 'yes';
    canvas.width = row.width;
    canvas.height = row.height;
  }
  return Object.assign(canvas, {
    createImage: () => new Image(),
    requestAnimationFrame: (next: FrameRequestCallback) => requestAnimationFrame(next),
  });
}
