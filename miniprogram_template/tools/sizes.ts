/** How large each package is, and whether WeChat would take it. */
import { statSync } from 'node:fs';
import path from 'node:path';
import { PackageSource } from '../webrun/build/package';
import { filesBelow } from './files';
import { MINIPROGRAM } from './paths';

/** WeChat's own limit is 2 MB for each package; a fifth of it stays free. */
export const MOST_BYTES = 1_800_000;

/** Return bytes by package: `main`, and each subpackage's root. */
export function sizes(root: string = MINIPROGRAM): Map<string, number> {
  const { app } = new PackageSource(MINIPROGRAM);
  const roots = (app.subPackages ?? app.subpackages ?? []).map((sub) => sub.root);
  const found = new Map<string, number>([['main', 0], ...roots.map((one) => [one, 0] as const)]);
  for (const file of filesBelow(root)) {
    const place = path.relative(root, file);
    const owner = roots.find((one) => place.startsWith(`${one}/`)) ?? 'main';
    found.set(owner, (found.get(owner) ?? 0) + statSync(file).size);
  }
  return found;
}
