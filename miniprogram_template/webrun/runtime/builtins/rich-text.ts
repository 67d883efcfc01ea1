/** `rich-text`: only the tags and attributes that WeChat trusts become elements. */
import { inVw } from '../../rpx';
import { assetUrl } from '../assets';
import { Flag, Text, type Family } from './define';

interface Node_ {
  name?: string;
  type?: string;
  text?: string;
  attrs?: Record<string, string>;
  children?: Node_[];
}

const TAGS = new Set(
  ('a abbr address article aside b bdi bdo big blockquote br caption center cite code col colgroup ' +
    'dd del div dl dt em fieldset font footer h1 h2 h3 h4 h5 h6 header hr i img ins label legend li ' +
    'mark nav ol p pre q rt ruby s section small span strong sub sup table tbody td tfoot th thead ' +
    'tr tt u ul')
    .split(' '),
); // prettier-ignore
const ATTRIBUTES = new Set([
  'class',
  'alt',
  'width',
  'height',
  'colspan',
  'rowspan',
  'span',
  'start',
  'type',
]);

export const richText: Family = {
  'rich-text': {
    properties: { nodes: { type: null }, space: Text, userSelect: Flag },
    update({ $$: element, data }) {
      const nodes = data.nodes as Node_[] | string | undefined;
      const content = Array.isArray(nodes)
        ? nodes.flatMap(fromNode)
        : fromHtml(String(nodes ?? ''));
      element.replaceChildren(...content);
    },
  },
};

function fromNode(node: Node_): Node[] {
  if (node.type === 'text') return [document.createTextNode(node.text ?? '')];
  const children = (node.children ?? []).flatMap(fromNode);
  return made(node.name ?? '', new Map(Object.entries(node.attrs ?? {})), children);
}

function fromHtml(html: string): Node[] {
  const body = new DOMParser().parseFromString(html, 'text/html').body;
  return [...body.childNodes].flatMap(copied);
}

function copied(node: Node): Node[] {
  if (node.nodeType === Node.TEXT_NODE) return [document.createTextNode(node.textContent ?? '')];
  if (!(node instanceof Element)) return [];
  const attributes = new Map([...node.attributes].map(({ name, value }) => [name, value]));
  return made(node.tagName.toLowerCase(), attributes, [...node.childNodes].flatMap(copied));
}

/** Return the element, or nothing of a tag that is not trusted, its content included. */
function made(tag: string, attributes: Map<string, string>, children: Node[]): Node[] {
  if (!TAGS.has(tag)) return [];
  const element = document.createElement(tag);
  for (const [name, value] of attributes) {
    if (name === 'style') element.style.cssText = inVw(value);
    else if (name === 'src' && tag === 'img') (element as HTMLImageElement).src = assetUrl(value);
    else if (ATTRIBUTES.has(name)) element.setAttribute(name, value);
  }
  element.append(...children);
  return [element];
}
