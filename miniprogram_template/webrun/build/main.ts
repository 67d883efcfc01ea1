/** `node tools/run.mjs webrun/build/main.ts [source out]`: make the bundle that a browser runs. */
import { copyFileSync, cpSync, mkdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import esbuild from 'esbuild';
import { filesBelow } from '../../tools/files';
import { pack } from '../../tools/pack';
import { DIST, MINIPROGRAM, WEBRUN } from '../../tools/paths';
import { bundle } from './bundle';
import { PackageSource } from './package';

const PICTURES = /\.(png|jpe?g|gif|svg|webp)$/;

/** Build `root` into `out`; return what is wrong with it. */
export async function build(root: string, out: string): Promise<string[]> {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const source = new PackageSource(root);
  await bundle(source, out);
  await buildShell(out);
  for (const file of filesBelow(root, ['miniprogram_npm'])) {
    if (!PICTURES.test(file)) continue;
    const to = path.join(out, path.relative(root, file));
    mkdirSync(path.dirname(to), { recursive: true });
    cpSync(file, to);
  }
  return source.problems;
}

async function buildShell(out: string): Promise<void> {
  await esbuild.build({
    entryPoints: [path.join(WEBRUN, 'shell/shell.ts')],
    outfile: path.join(out, 'shell.js'),
    bundle: true,
    format: 'iife',
    target: 'es2020',
    charset: 'utf8',
    minify: true,
    logLevel: 'warning',
  });
  for (const file of ['shell/shell.css', 'shell/index.html', 'shell/app.html', 'css/base.css']) {
    copyFileSync(path.join(WEBRUN, file), path.join(out, path.basename(file)));
  }
}

const [root = MINIPROGRAM, out = DIST] = process.argv.slice(2);
const packed = pack(path.resolve(root));
const problems = await build(path.resolve(root), path.resolve(out));
for (const problem of problems) console.error(problem);
const size = statSync(path.join(out, 'app.js')).size;
console.log(
  `${path.relative(process.cwd(), out)}: ${Math.round(size / 1000)} kB, ` +
    `${packed.folders.length} folders of TDesign, ${problems.length} problems`,
);
process.exitCode = problems.length ? 1 : 0;
