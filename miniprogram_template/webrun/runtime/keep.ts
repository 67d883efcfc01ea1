/**
 * What is kept as long as the browser's tab lives. In another site's frame a browser may forbid
 * storage, as it does where foreign cookies are blocked: then it lives as long as the page.
 */

export interface Keep {
  getItem(key: string): string | null;
  setItem(key: string, text: string): void;
  removeItem(key: string): void;
  keys(): string[];
}

export const keep: Keep = ofTab() ?? ofPage();

function ofTab(): Keep | undefined {
  try {
    const storage = sessionStorage;
    return {
      getItem: (key) => storage.getItem(key),
      setItem: (key, text) => storage.setItem(key, text),
      removeItem: (key) => storage.removeItem(key),
      keys: () => Object.keys(storage),
    };
  } catch {
    return undefined;
  }
}

function ofPage(): Keep {
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, text) => void kept.set(key, text),
    removeItem: (key) => void kept.delete(key),
    keys: () => [...kept.keys()],
  };
}
