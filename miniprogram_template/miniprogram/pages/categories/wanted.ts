/** Which category the next visit of the tab shows: a tab page takes no query. */

let wanted: string | undefined;

export function wantCategory(id: string): void {
  wanted = id;
}

/** Return what was wanted since the last time, once. */
export function takeWanted(): string | undefined {
  const id = wanted;
  wanted = undefined;
  return id;
}
