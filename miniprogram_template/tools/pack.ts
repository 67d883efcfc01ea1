/**
 * Fill `miniprogram/miniprogram_npm`: of TDesign only the components that our pages use, with what
 * those need. The whole library would be 1.4 MB of the 2 MB that the main package may have.
 */
import { cpSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { filesBelow } from './files';
import { iconStyles } from './icons';
import { MINIPROGRAM, PACKED, TDESIGN } from './paths';

const PREFIX = 'tdesign-miniprogram/';

export interface Packed {
  /** Folders of TDesign that were copied. */
  folders: string[];
  bytes: number;
}

/** Copy what is used, and put our icons in; `extra` names further components. */
export function pack(extra: readonly string[] = []): Packed {
  const folders = reachable([...used(), ...extra, 'icon', 'common']);
  rmSync(PACKED, { recursive: true, force: true });
  for (const folder of folders.own) {
    copy(path.join(TDESIGN, folder), path.join(PACKED, folder));
  }
  for (const name of folders.foreign) {
    const inner = path.join('miniprogram_npm', name);
    if (existsSync(path.join(TDESIGN, inner))) {
      copy(path.join(TDESIGN, inner), path.join(PACKED, inner));
    }
  }
  const icons = path.join(PACKED, 'icon/icon.wxss');
  writeFileSync(icons, iconStyles(readFileSync(icons, 'utf8')));
  const bytes = filesBelow(PACKED).reduce((sum, file) => sum + statSync(file).size, 0);
  return { folders: [...folders.own].sort(), bytes };
}

/** Return the TDesign components that our own files name. */
export function used(): Set<string> {
  const found = new Set<string>();
  for (const file of filesBelow(MINIPROGRAM, ['miniprogram_npm'])) {
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
