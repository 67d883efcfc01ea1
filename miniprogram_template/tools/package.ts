/**
 * `npm run package`: everything that must hold before the template is given to WeChat.
 * `--without-compiler` leaves WeChat's own compiler out, which is 276 MB to install.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { lintTemplates } from './lint';
import { forbidden, pack } from './pack';
import { ROOT } from './paths';
import { MOST_BYTES, sizes } from './sizes';
import { unreachablePages, unused } from './unused';

const failures: string[] = [];

function step(name: string, check: () => string[]): void {
  const wrong = check();
  console.log(`${wrong.length ? '✗' : '✓'} ${name}`);
  for (const one of wrong) console.log(`    ${one}`);
  failures.push(...wrong);
}

/** Run a program here; return its words where it ends badly. */
function run(command: string, ...given: string[]): string[] {
  const done = spawnSync(command, given, { cwd: ROOT, encoding: 'utf8' });
  return done.status === 0 ? [] : `${done.stdout}${done.stderr}`.trim().split('\n').slice(-40);
}

step('TDesign, only what is used', () => {
  const { folders, bytes } = pack();
  console.log(`    ${folders.length} folders, ${kilobytes(bytes)}`);
  return forbidden();
});
step('types of the API are those of infra/openapi', () =>
  run('node', 'tools/run.mjs', 'tools/api.ts', '--check'),
);
step('tsc', () => [...run('npx', 'tsc', '-p', '.'), ...run('npx', 'tsc', '-p', 'webrun')]);
step('format', () => run('npx', 'prettier', '--check', '--log-level', 'warn', '.'));
step('unit tests', () => run('npx', 'vitest', 'run', '--reporter', 'dot'));
step('labels and tap targets', lintTemplates);
step('nothing unused', () => [...unused(), ...unreachablePages()]);
step(`size of the source, at most ${kilobytes(MOST_BYTES)} each`, () => report(sizes()));
if (!process.argv.includes('--without-compiler')) {
  step("WeChat's own compiler, offline", () => {
    const folder = path.join(ROOT, 'tools/ci');
    if (!existsSync(path.join(folder, 'node_modules/miniprogram-ci'))) {
      execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder, stdio: 'ignore' });
    }
    return run('node', 'tools/ci/compile.cjs');
  });
}
process.exitCode = failures.length ? 1 : 0;

function report(found: Map<string, number>): string[] {
  for (const [name, bytes] of found) console.log(`    ${name}: ${kilobytes(bytes)}`);
  return [...found]
    .filter(([, bytes]) => bytes > MOST_BYTES)
    .map(([name, bytes]) => `${name} is ${kilobytes(bytes)}`);
}

function kilobytes(bytes: number): string {
  return `${Math.round(bytes / 1000)} kB`;
}
