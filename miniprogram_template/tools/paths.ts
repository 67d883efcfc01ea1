/** Where things are. Every tool is run from this folder's package. */
import { fileURLToPath } from 'node:url';
import path from 'node:path';

/** The folder of package.json: tools are bundled into `.build/` before they run. */
export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
export const MINIPROGRAM = path.join(ROOT, 'miniprogram');
export const DIST = path.join(ROOT, 'dist');
export const ICONS = path.join(ROOT, 'icons');
export const WEBRUN = path.join(ROOT, 'webrun');
export const TDESIGN = path.join(ROOT, 'node_modules/tdesign-miniprogram/miniprogram_dist');
/** Which components of TDesign may be used, each with the page that shows it once. */
export const ALLOWED = path.join(ROOT, 'components.json');
