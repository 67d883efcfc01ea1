/** Files that nothing leads to: pages, components, scripts, words, icons. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { PackageSource } from '../webrun/build/package';
import { BUILTIN_TAGS } from '../webrun/tags';
import { filesBelow } from './files';
import { MINIPROGRAM } from './paths';

/** Return what is never used, and components that are named and not drawn or the other way round. */
export function unused(): string[] {
  const source = new PackageSource(MINIPROGRAM);
  const own = filesBelow(MINIPROGRAM, ['miniprogram_npm']);
  const texts = new Map(own.map((file) => [file, readFileSync(file, 'utf8')]));
  const scripts = own.filter((file) => file.endsWith('.ts'));
  const wrong = [...source.problems];
  for (const file of own.filter((one) => one.endsWith('.wxml'))) {
    const is = path.relative(MINIPROGRAM, file).replace(/\.wxml$/, '');
    if (!source.components.has(is)) wrong.push(`${is} is no page, and no page uses it`);
    wrong.push(...undrawn(file, texts.get(file) ?? ''));
  }
  for (const file of scripts) {
    const is = file.replace(/\.ts$/, '');
    const isRoot = existsSync(`${is}.json`);
    if (!isRoot && !scripts.some((other) => imports(other, texts.get(other) ?? '', is))) {
      wrong.push(`${path.relative(MINIPROGRAM, file)} is imported by nothing`);
    }
  }
  return [...wrong, ...deadWords(texts)];
}

/** A page of the router that no code leads to would be dead weight in the package. */
export function unreachablePages(): string[] {
  const { app, pages } = new PackageSource(MINIPROGRAM);
  const code = filesBelow(MINIPROGRAM, ['miniprogram_npm'])
    .filter((file) => file.endsWith('.ts') || file.endsWith('.wxml'))
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
  const tabs = app.tabBar?.list.map(({ pagePath }) => pagePath) ?? [];
  return pages
    .filter((page) => !tabs.includes(page) && !code.includes(`/${page}`))
    .map((page) => `nothing leads to the page ${page}`);
}

function undrawn(file: string, wxml: string): string[] {
  const json = JSON.parse(readFileSync(file.replace(/\.wxml$/, '.json'), 'utf8')) as {
    usingComponents?: Record<string, string>;
  };
  const where = path.relative(MINIPROGRAM, file);
  const named = Object.keys(json.usingComponents ?? {});
  const drawn = new Set([...wxml.matchAll(/<([a-z]+(?:-[a-z]+)+)/g)].map(([, name = '']) => name));
  const known = new Set<string>([...named, ...BUILTIN_TAGS]);
  return [
    ...named
      .filter((name) => !new RegExp(`<${name}[\\s>]`).test(wxml))
      .map((name) => `${where}: ${name} is named and not drawn`),
    // WeChat draws nothing in its place and says nothing.
    ...[...drawn]
      .filter((name) => !known.has(name))
      .map((name) => `${where}: ${name} is drawn and not named in its JSON`),
  ];
}

function imports(file: string, text: string, wanted: string): boolean {
  return [...text.matchAll(/from '(\.[^']+)'/g)].some(
    ([, to = '']) => path.resolve(path.dirname(file), to) === wanted,
  );
}

function deadWords(texts: Map<string, string>): string[] {
  const dictionary = path.join(MINIPROGRAM, 'utils/words/zh-Hans.ts');
  const words = [...(texts.get(dictionary) ?? '').matchAll(/^  (\w+): /gm)].map(([, word]) => word);
  const rest = [...texts].filter(([file]) => !file.includes('/words/')).map(([, text]) => text);
  const said = rest.join('\n');
  return words
    .filter((word) => word && !new RegExp(`['.]${word}\\b`).test(said))
    .map((word) => `the word "${word}" is never said`);
}
