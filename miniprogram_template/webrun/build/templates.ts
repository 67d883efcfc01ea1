/** WXML and WXS, compiled by WeChat's own open template compiler. */
import { createRequire } from 'node:module';
import path from 'node:path';
import type { PackageSource } from './package';

const { TmplGroup } = createRequire(import.meta.url)('glass-easel-template-compiler') as {
  TmplGroup: new () => Group;
};

interface Group {
  setExtraRuntimeScript(script: string): void;
  addTmpl(path: string, source: string): Warning[] | undefined;
  addScript(path: string, source: string): void;
  getInlineScriptModuleNames(path: string): string[];
  getInlineScript(path: string, module: string): string | undefined;
  setInlineScript(path: string, module: string, source: string): void;
  getDirectDependencies(path: string): string[];
  getScriptDependencies(path: string): string[];
  getTmplGenObjectGroups(): string;
}

interface Warning {
  path: string;
  startLine: number;
  startColumn: number;
  isError: boolean;
  message: string;
}

// The runtime's hooks: values that are WXS functions become observers and handlers (runtime/wxs.ts).
const HOOKS =
  'Q.A=function(f){return window.__wxs.observer(f)};' +
  'Q.C=function(a,b,c,d){return window.__wxs.handler(a,b,c,d)};';

/** Return the source of an object with every template of the package. */
export function compileTemplates(source: PackageSource): string {
  const group = new TmplGroup();
  const templates = new Set<string>();
  const scripts = new Set<string>();
  group.setExtraRuntimeScript(HOOKS);

  function addScript(is: string): void {
    if (scripts.has(is)) return;
    scripts.add(is);
    if (!source.has(`${is}.wxs`)) {
      source.problems.push(`there is no ${is}.wxs`);
      return;
    }
    const needed: string[] = [];
    const text = source
      .read(`${is}.wxs`)
      .replace(/require\(\s*(['"])(.+?)\1\s*\)/g, (_all, _quote: string, wanted: string) => {
        const found = resolveScript(wanted, is);
        needed.push(found);
        return `require('/${found}')`;
      });
    group.addScript(is, asWxs(text));
    needed.forEach(addScript);
  }

  function addTemplate(is: string): void {
    if (templates.has(is)) return;
    templates.add(is);
    if (!source.has(`${is}.wxml`)) {
      source.problems.push(`there is no ${is}.wxml`);
      group.addTmpl(is, '');
      return;
    }
    for (const found of group.addTmpl(is, source.read(`${is}.wxml`)) ?? []) {
      if (found.path.startsWith('miniprogram_npm/')) continue; // seen to work: components.json
      source.problems.push(
        `${found.path}.wxml:${found.startLine}:${found.startColumn} ${found.message}`,
      );
    }
    for (const module of group.getInlineScriptModuleNames(is)) {
      const inline = group.getInlineScript(is, module);
      if (inline) group.setInlineScript(is, module, asWxs(inline));
    }
    group.getDirectDependencies(is).forEach(addTemplate);
    group.getScriptDependencies(is).forEach(addScript);
  }

  for (const is of source.components.keys()) addTemplate(is);
  return group.getTmplGenObjectGroups();
}

function resolveScript(wanted: string, from: string): string {
  const { posix } = path;
  const file = wanted.startsWith('/')
    ? wanted.slice(1)
    : posix.normalize(posix.join(posix.dirname(from), wanted));
  return file.replace(/\.wxs$/, '');
}

/** In WXS `x.constructor` is a word ('Array'), and functions must be told apart from JavaScript's. */
function asWxs(text: string): string {
  return (
    text.replace(/([A-Za-z_$][\w$.[\]]*)\.constructor\b/g, '__wxs.kindOf($1)') +
    '\n;(function(all){for(var name in all)if(typeof all[name]==="function")all[name].isWxs=true})' +
    '(module.exports)'
  );
}
