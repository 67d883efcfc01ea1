/** The framework, and the parts of it that its types keep to themselves. */
import * as glass from 'glass-easel';

export { glass };

/** A component of glass-easel from inside; the framework's own types are generic over its fields. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Inside = any;

/** Return the framework's element of a component's public face, or of itself. */
export function elementOf(face: Inside): Inside {
  return face && face._$ ? face._$ : face;
}

/** Return the DOM element of a component or native node. */
export function domOf(face: Inside): HTMLElement | undefined {
  return elementOf(face)?.$$ as HTMLElement | undefined;
}
