/**
 * What WXML must keep: whoever cannot see or has a thick finger can use it too.
 *
 * - a `bind:tap` on anything but a control has `aria-role`, and words: text inside or `aria-label`;
 * - an `image` has `aria-label` or `aria-hidden`; a `t-icon` is `aria-hidden` or is labelled;
 * - what is tapped is at least 88 rpx high: its class says so in a style of the same folder.
 */
import { readFileSync, existsSync } from 'node:fs';
import path from 'node:path';
import { filesBelow } from './files';
import { iconNames } from './icons';
import { MINIPROGRAM } from './paths';

const CONTROLS = /^(t-button|t-cell|button|navigator|state-view|t-search|t-tag|t-check-tag)$/;
const TAG = /<([a-z][\w-]*)((?:\s+[^\s=>/]+(?:\s*=\s*(?:"[^"]*"|'[^']*'))?)*)\s*(\/?)>/g;
const LEAST_RPX = 88;

interface Tag {
  name: string;
  attributes: Map<string, string>;
  isClosed: boolean;
  line: number;
  /** What follows the tag in the file. */
  rest: string;
}

/** Return what is wrong with every template, as `file:line what`. */
export function lintTemplates(): string[] {
  const icons = iconNames();
  return filesBelow(MINIPROGRAM, ['miniprogram_npm'])
    .filter((file) => file.endsWith('.wxml'))
    .flatMap((file) => {
      const styles = stylesBeside(file);
      const where = path.relative(MINIPROGRAM, file);
      return tagsOf(readFileSync(file, 'utf8')).flatMap((tag) =>
        [...labels(tag), ...targets(tag, styles), ...icon(tag, icons)].map(
          (wrong) => `${where}:${tag.line} <${tag.name}> ${wrong}`,
        ),
      );
    });
}

function labels({ name, attributes, isClosed, rest }: Tag): string[] {
  const has = (attribute: string): boolean => attributes.has(attribute);
  if ((name === 'image' || name === 't-icon') && !has('aria-label') && !has('aria-hidden')) {
    return ['needs aria-label, or aria-hidden'];
  }
  if (!isTapped(attributes) || CONTROLS.test(name)) return [];
  const wrong = has('aria-role') ? [] : ['is tapped and has no aria-role'];
  const says = has('aria-label') || (!isClosed && /^[^<]*\S/.test(rest.split('<')[0] ?? ''));
  return says ? wrong : [...wrong, 'is tapped and says nothing'];
}

function targets({ name, attributes }: Tag, styles: string): string[] {
  if (!isTapped(attributes)) return [];
  if (CONTROLS.test(name)) {
    const isSmall = /^(small|extra-small)$/.test(attributes.get('size') ?? '');
    return isSmall ? [`is tapped and small: ${LEAST_RPX} rpx at least`] : [];
  }
  const classes = (attributes.get('class') ?? '').match(/[a-z][\w-]*/g) ?? [];
  const heights = classes.flatMap((one) => heightsOf(one, styles));
  return heights.some((height) => height === 'full' || height >= LEAST_RPX)
    ? []
    : [`is tapped, and no class of it is ${LEAST_RPX} rpx high`];
}

function icon({ name, attributes }: Tag, icons: Set<string>): string[] {
  const wanted = attributes.get('name') ?? '';
  const isWrong = name === 't-icon' && !wanted.includes('{{') && !icons.has(wanted);
  return isWrong ? [`icons/${wanted}.svg is not there`] : [];
}

/** Return the heights that rules of a class give it; paddings around a picture count as full. */
function heightsOf(name: string, styles: string): (number | 'full')[] {
  const found: (number | 'full')[] = [];
  for (const [, selector = '', body = ''] of styles.matchAll(/([^{}]+)\{([^{}]*)\}/g)) {
    if (!new RegExp(`\\.${name}(?![\\w-])\\s*(,|$)`, 'm').test(selector.trim())) continue;
    for (const [, value = ''] of body.matchAll(/(?:^|[\s;])(?:min-)?height:\s*([^;]+)/g)) {
      if (value.trim() === '100%') found.push('full');
      const rpx = /^([\d.]+)rpx/.exec(value.trim());
      if (rpx) found.push(Number(rpx[1]));
    }
  }
  return found;
}

function isTapped(attributes: Map<string, string>): boolean {
  return ['bind:tap', 'bindtap', 'catch:tap', 'catchtap'].some((name) => attributes.has(name));
}

function stylesBeside(file: string): string {
  const own = file.replace(/\.wxml$/, '.wxss');
  const app = path.join(MINIPROGRAM, 'app.wxss');
  return [own, app]
    .filter((style) => existsSync(style))
    .map((style) => readFileSync(style, 'utf8'))
    .join('\n');
}

function tagsOf(text: string): Tag[] {
  return [...text.matchAll(TAG)].map((found) => {
    const [all, name = '', attributes = '', slash] = found;
    const pairs = attributes.matchAll(/([^\s=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'))?/g);
    return {
      name,
      attributes: new Map([...pairs].map((pair) => [pair[1] ?? '', pair[2] ?? pair[3] ?? ''])),
      isClosed: slash === '/',
      line: text.slice(0, found.index).split('\n').length,
      rest: text.slice(found.index + all.length),
    };
  });
}
