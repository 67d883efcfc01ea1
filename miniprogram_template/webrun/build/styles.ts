/** WXSS: rpx, tag names, and a prefix for each component's classes, so that styles stay inside. */
import path from 'node:path';
import postcss from 'postcss';
import selectorParser from 'postcss-selector-parser';
import { BUILTIN_TAGS } from '../tags';
import { inVw } from '../rpx';
import type { ComponentSource, PackageSource } from './package';

export interface Style {
  /** Prefix of its classes; undefined where styles are shared. */
  scope?: string;
  css: string;
}

const TAGS = new Set<string>([...BUILTIN_TAGS, 'page']);
const PAGE_ISOLATIONS = ['isolated', 'page-isolated', 'apply-shared', 'page-apply-shared'];

/** Return the style of every component that has one, by its path. */
export function compileStyles(source: PackageSource): Record<string, Style> {
  const styles: Record<string, Style> = {};
  for (const component of source.components.values()) {
    const file = `${component.is}.wxss`;
    if (!source.has(file)) continue;
    const scope = isIsolated(component) ? `s${Object.keys(styles).length.toString(36)}` : undefined;
    const page = component.json.component ? undefined : component.is;
    styles[component.is] = { scope, css: compileStyle(source, file, scope, page) };
  }
  return styles;
}

/** Return a WXSS file as CSS, with what it imports; with `page` it holds on that page only. */
export function compileStyle(
  source: PackageSource,
  file: string,
  scope?: string,
  page?: string,
): string {
  const root = postcss.parse(withImports(source, file, []), { from: file });
  root.walkAtRules('font-face', (rule) => {
    source.problems.push(`${file}: a font would be fetched (${rule.toString().slice(0, 60)} …)`);
    rule.remove();
  });
  root.walkAtRules('media', (rule) => {
    // Without `darkmode` WeChat is always light, whatever the phone is.
    if (!source.app.darkmode && /prefers-color-scheme:\s*dark/.test(rule.params)) rule.remove();
  });
  root.walkRules((rule) => {
    const parent = rule.parent;
    if (parent?.type === 'atrule' && /keyframes/.test((parent as postcss.AtRule).name)) return;
    rule.selector = selectorParser((selectors) => scoped(selectors, scope)).processSync(
      rule.selector,
      { lossless: false },
    );
    if (page !== undefined) rule.selectors = rule.selectors.map((one) => within(page, one));
  });
  root.walkDecls((declaration) => {
    declaration.value = inVw(declaration.value);
  });
  root.walkAtRules((rule) => {
    rule.params = inVw(rule.params);
  });
  return root.toString();
}

/** Return a selector that weighs as much as before and means what is in a page, or the page. */
function within(page: string, selector: string): string {
  const here = `:where([wx-is="${page}"])`;
  return selector.startsWith('wx-page')
    ? selector.replace('wx-page', `wx-page${here}`)
    : `${here} ${selector}`;
}

function isIsolated({ json }: ComponentSource): boolean {
  const { styleIsolation = '' } = json;
  return json.component ? styleIsolation !== 'shared' : PAGE_ISOLATIONS.includes(styleIsolation);
}

function scoped(selectors: selectorParser.Root, scope?: string): void {
  selectors.walkTags((tag) => {
    if (TAGS.has(tag.value)) tag.value = `wx-${tag.value}`;
  });
  if (scope) {
    selectors.walkClasses((name) => {
      name.value = `${scope}--${name.value}`;
    });
  }
  selectors.walkPseudos((pseudo) => {
    if (pseudo.value !== ':host') return;
    const value = scope ?? '';
    pseudo.replaceWith(
      selectorParser.attribute({
        attribute: 'wx-host',
        operator: '=',
        value,
        quoteMark: '"',
        raws: {},
      }),
    );
  });
}

function withImports(source: PackageSource, file: string, seen: readonly string[]): string {
  if (!source.has(file)) {
    source.problems.push(`there is no ${file}`);
    return '';
  }
  const { posix } = path;
  const pattern = /@import\s+(?:url\()?\s*['"]([^'"]+)['"]\s*\)?\s*;?/g;
  return source.read(file).replace(pattern, (_all, wanted: string) => {
    const found = wanted.startsWith('/')
      ? wanted.slice(1)
      : posix.normalize(posix.join(posix.dirname(file), wanted));
    return seen.includes(found) ? '' : withImports(source, found, [...seen, file]);
  });
}
