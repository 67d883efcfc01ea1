/** Long lists: pages of 20 with the API's cursor, each row once. */

interface Slice<T> {
  items: T[];
  next: string | null;
}

export type Fetch<T> = (cursor: string | undefined) => Promise<Slice<T>>;

/** Walks through one list. Make a new one when the list's question changes. */
export class Pager<T extends { id: string }> {
  readonly items: T[] = [];
  private cursor: string | undefined;
  private running: Promise<void> | undefined;
  private hasEnded = false;
  private readonly seen = new Set<string>();

  constructor(private readonly fetch: Fetch<T>) {}

  /** Whether there is nothing more. */
  get isComplete(): boolean {
    return this.hasEnded;
  }

  /** Fetch the next page; whoever asks meanwhile waits for the same one. Throws Problem. */
  more(): Promise<void> {
    if (this.hasEnded) return Promise.resolve();
    this.running ??= this.next().finally(() => {
      this.running = undefined;
    });
    return this.running;
  }

  /** Make a row another one, or take it away by undefined: the next pages come behind that. */
  change(id: string, to: (item: T) => T | undefined): void {
    const at = this.items.findIndex((item) => item.id === id);
    if (at < 0) return;
    const changed = to(this.items[at]!);
    this.items.splice(at, 1, ...(changed ? [changed] : []));
  }

  private async next(): Promise<void> {
    const { items, next } = await this.fetch(this.cursor);
    for (const item of items) {
      if (this.seen.has(item.id)) continue;
      this.seen.add(item.id);
      this.items.push(item);
    }
    this.cursor = next ?? undefined;
    this.hasEnded = next === null;
  }
}
