/** Which address the person chose for the order: the address page says it, checkout takes it. */

let chosen: string | undefined;

/** Say it before going back to checkout. */
export function chooseAddress(id: string): void {
  chosen = id;
}

/** Return the id that was chosen since the last time, once. */
export function takeChosenAddress(): string | undefined {
  const id = chosen;
  chosen = undefined;
  return id;
}
