/**
 * Our icons in place of TDesign's font, which would be fetched from a foreign host at run time.
 * Each `icons/<name>.svg` (24 × 24, black) becomes `<t-icon name="<name>">`, in the text's colour.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ICONS } from './paths';
import { filesBelow } from './files';

/** Return the names that `<t-icon>` knows. */
export function iconNames(): Set<string> {
  return new Set(filesBelow(ICONS).map((file) => path.basename(file, '.svg')));
}

/** Return the style sheet that replaces TDesign's `icon/icon.wxss`; `original` is that one. */
export function iconStyles(original: string): string {
  const base = original
    .replace(/@font-face\s*\{[^}]*\}/g, '')
    .replace(/\.t-icon\s*\{font-family:[^}]*\}/g, '')
    .replace(/\.t-icon-[\w-]+:before\s*\{content:'[^']*';?\}\s*/g, '');
  return base + SHAPE + filesBelow(ICONS).map(rule).join('');
}

const SHAPE = `
.t-icon-base:before{content:'';display:block;width:1em;height:1em;background-color:currentColor;-webkit-mask-position:center;mask-position:center;-webkit-mask-size:contain;mask-size:contain;-webkit-mask-repeat:no-repeat;mask-repeat:no-repeat;}
`;

function rule(file: string): string {
  const svg = readFileSync(file, 'utf8').replace(/\s*\n\s*/g, '');
  const image = `url("data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}")`;
  const name = path.basename(file, '.svg');
  return `.t-icon-${name}:before{-webkit-mask-image:${image};mask-image:${image};}\n`;
}
