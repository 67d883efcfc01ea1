/**
 * Fill `miniprogram/miniprogram_npm`: of TDesign only the components that our pages use, with what
 * those need. The whole library would be 1.4 MB of the 2 MB that the main package may have.
 */
import { cpSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { filesBelow } from './files';
import { iconStyles } from './icons';
import { ALLOWED, MINIPROGRAM, TDESIGN } from './paths';

const PREFIX = 'tdesign-miniprogram/';

export interface Packed {
  /** Folders of TDesign that were copied. */
  folders: string[];
  bytes: number;
}

/** Copy what the mini-program at `root` uses, and put our icons in. */
export function pack(root: string = MINIPROGRAM): Packed {
  const packed = path.join(root, 'miniprogram_npm/tdesign-miniprogram');
  const folders = reachable([...used(root), 'icon', 'common']);
  rmSync(packed, { recursive: true, force: true });
  for (const folder of folders.own) {
    copy(path.join(TDESIGN, folder), path.join(packed, folder));
  }
  for (const name of folders.foreign) {
    const inner = path.join('miniprogram_npm', name);
    if (existsSync(path.join(TDESIGN, inner))) {
      copy(path.join(TDESIGN, inner), path.join(packed, inner));
    }
  }
  const icons = path.join(packed, 'icon/icon.wxss');
  writeFileSync(icons, iconStyles(readFileSync(icons, 'utf8')));
  const bytes = filesBelow(packed).reduce((sum, file) => sum + statSync(file).size, 0);
  return { folders: [...folders.own].sort(), bytes };
}

/** Return the components that are used and not on the list of those that were seen to work. */
export function forbidden(): string[] {
  const allowed = JSON.parse(readFileSync(ALLOWED, 'utf8')) as Record<string, string[]>;
  const known = new Set([
    ...Object.keys(allowed),
    ...Object.values(allowed).flatMap(([, ...parts]) => parts),
    'common',
  ]);
  return [...used(MINIPROGRAM)]
    .filter((name) => !known.has(name))
    .map((name) => `t-${name} is not in components.json: nobody saw it work in the runner`);
}

/** Return the TDesign components that a mini-program's own files name. */
function used(root: string): Set<string> {
  const found = new Set<string>();
  for (const file of filesBelow(root, ['miniprogram_npm'])) {
    if (!/\.(json|ts)$/.test(file)) continue;
    for (const [, name] of readFileSync(file, 'utf8').matchAll(
      /tdesign-miniprogram\/([a-z-]+)\//g,
    )) {
      found.add(name);
    }
  }
  return found;
}

function reachable(wanted: readonly string[]): { own: Set<string>; foreign: Set<string> } {
  const own = new Set<string>();
  const foreign = new Set<string>();
  const queue = [...wanted];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (own.has(name) || !isFolder(path.join(TDESIGN, name))) continue;
    own.add(name);
    for (const file of filesBelow(path.join(TDESIGN, name))) {
      if (!/\.(js|json|wxml|wxss|wxs)$/.test(file)) continue;
      const text = readFileSync(file, 'utf8');
      for (const [, to] of text.matchAll(/["'](\.\.?\/[^"']+)["']/g)) {
        const folder = path
          .relative(TDESIGN, path.resolve(path.dirname(file), to))
          .split(path.sep)[0];
        if (folder && !folder.startsWith('..')) queue.push(folder);
      }
      for (const [, to] of text.matchAll(/(?:from|import)\s*["']([a-z][^"'./]*)/g)) foreign.add(to);
      for (const [, to] of text.matchAll(new RegExp(`["']${PREFIX}([a-z-]+)/`, 'g')))
        queue.push(to);
    }
  }
  return { own, foreign };
}

function copy(from: string, to: string): void {
  cpSync(from, to, { recursive: true, filter: (file) => !file.endsWith('.d.ts') });
}

function isFolder(file: string): boolean {
  return existsSync(file) && statSync(file).isDirectory();
}
