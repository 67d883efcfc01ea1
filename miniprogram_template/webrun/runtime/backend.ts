/** Where glass-easel draws: elements named wx-*, rpx understood, nothing that a strict CSP forbids. */
import { glass, type Inside } from './glass';
import { inVw } from '../rpx';

/** Events of the DOM that components hear of; the rest (click, input …) our built-ins translate. */
const HEARD = new Set([
  'touchstart', 'touchmove', 'touchend', 'touchcancel',
  'transitionend', 'animationstart', 'animationend', 'animationiteration',
]); // prettier-ignore

/** Styles are set by CSSOM: attributes and `<style>` would need 'unsafe-inline'. */
export class Backend extends glass.CurrentWindowBackendContext {
  private readonly sheets = new Map<string, string>();
  private readonly adopted = new Map<string, number>();

  constructor() {
    super();
    const self = this as Inside;
    self.document = {
      createElement: (tag: string) => createElement(tag),
      createTextNode: (text: string) => document.createTextNode(text),
      createDocumentFragment: () => document.createDocumentFragment(),
    };
  }

  override registerStyleSheetContent(path: string, content: unknown): void {
    this.sheets.set(path, String(content));
  }

  /** Each style sheet once: the framework asks again for every page that is opened. */
  override appendStyleSheetPath(path: string): number {
    const known = this.adopted.get(path);
    if (known !== undefined) return known;
    const css = this.sheets.get(path);
    if (css === undefined) throw new Error(`there is no style sheet ${path}`);
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    const index = this.adopted.size;
    this.adopted.set(path, index);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    return index;
  }

  override setListenerStats(element: Inside, type: string, capture: boolean, level: Inside): void {
    if (HEARD.has(type)) super.setListenerStats(element, type, capture, level);
  }
}

function createElement(tag: string): HTMLElement {
  const element = document.createElement(`wx-${tag}`);
  const setAttribute = element.setAttribute.bind(element);
  element.setAttribute = (name: string, value: string) => {
    if (name === 'style') element.style.cssText = inVw(String(value));
    else setAttribute(name, value);
  };
  return element;
}

/** Send what happens in the DOM to the components, with the touches that WeChat adds. */
export function dispatchEvents(backend: Backend): void {
  (backend as Inside).onEvent((target: Inside, type: string, detail: unknown, options: Inside) => {
    const original = options.originalEvent as TouchEvent | undefined;
    const extraFields = original?.changedTouches
      ? { touches: touches(original.touches), changedTouches: touches(original.changedTouches) }
      : undefined;
    const event = new glass.Event(type, detail, { ...options, extraFields });
    glass.Event.dispatchEvent(target, event);
    return event.getEventBubbleStatus();
  });
}

function touches(list: TouchList): object[] {
  return Array.from(list, ({ identifier, clientX, clientY, pageX, pageY }) => ({
    identifier,
    clientX,
    clientY,
    pageX,
    pageY,
  }));
}

/** On a desktop the mouse is the finger, so that swiping works in the owner's preview. */
export function mouseAsFinger(): void {
  let target: EventTarget | null = null;
  const fire = (type: string, event: MouseEvent, isDown: boolean): void => {
    if (!target) return;
    const { clientX, clientY, pageX, pageY } = event;
    const touch = new Touch({ identifier: 0, target, clientX, clientY, pageX, pageY });
    const down = isDown ? [touch] : [];
    target.dispatchEvent(
      new TouchEvent(type, {
        bubbles: true,
        cancelable: true,
        composed: true,
        touches: down,
        targetTouches: down,
        changedTouches: [touch],
      }),
    );
  };
  const options = { capture: true };
  window.addEventListener(
    'mousedown',
    (event) => {
      if (event.button !== 0) return;
      target = event.target;
      fire('touchstart', event, true);
    },
    options,
  );
  window.addEventListener('mousemove', (event) => fire('touchmove', event, true), options);
  window.addEventListener(
    'mouseup',
    (event) => {
      fire('touchend', event, false);
      target = null;
    },
    options,
  );
}
