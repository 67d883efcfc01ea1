/** `node tools/run.mjs tools/api.ts [--check]`: types of the two APIs from their committed documents. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import openapi, { astToString } from 'openapi-typescript';
import { ROOT } from './paths';

const HEAD = '/* Written by `npm run api` from infra/openapi. */\n';
const isCheck = process.argv.includes('--check');

for (const name of ['storefront', 'backoffice']) {
  const document = path.resolve(ROOT, `../infra/openapi/${name}.json`);
  const types = HEAD + astToString(await openapi(JSON.parse(readFileSync(document, 'utf8'))));
  const file = path.join(ROOT, 'api', `${name}.d.ts`);
  const isCurrent = existsSync(file) && readFileSync(file, 'utf8') === types;
  if (isCurrent) continue;
  if (isCheck) {
    console.error(`api/${name}.d.ts is out of date: npm run api`);
    process.exitCode = 1;
  } else {
    writeFileSync(file, types);
    console.log(`api/${name}.d.ts written`);
  }
}
