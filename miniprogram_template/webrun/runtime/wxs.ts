/** WXS: its functions are handlers and observers that get component descriptors, not components. */
import { inVw } from '../rpx';
import { noteError } from './record';
import { domOf, elementOf, glass, type Inside } from './glass';

type WxsFunction = ((...given: unknown[]) => unknown) & { isWxs?: boolean };

const states = new WeakMap<object, object>();

/** Return what WXS may do with a component (WeChat: ComponentDescriptor). */
function descriptor(face: Inside): Inside {
  const element = elementOf(face);
  if (!element) return undefined;
  const shadow = (): Inside => element.getShadowRoot?.() ?? element.shadowRoot;
  return {
    selectComponent: (selector: string) => {
      const found = shadow()?.querySelector(selector);
      return found ? descriptor(found) : null;
    },
    selectAllComponents: (selector: string) =>
      (shadow()?.querySelectorAll(selector) ?? []).map(descriptor),
    selectOwnerComponent: () => descriptor(element.ownerShadowRoot?.getHostNode()),
    setStyle: (style: string | Record<string, unknown>) => element.setNodeStyle(asCss(style), 2),
    addClass: (name: string) => element.classList?.toggle(name, true, 2),
    removeClass: (name: string) => element.classList?.toggle(name, false, 2),
    hasClass: (name: string) => Boolean(domOf(element)?.classList.contains(name)),
    getDataset: () => element.dataset ?? {},
    getState: () => stateOf(element),
    callMethod: (name: string, given: unknown) =>
      glass.Component.getMethod(element, name)?.call(element.getMethodCaller(), given),
    triggerEvent: (name: string, detail: unknown, options: Inside) =>
      element.triggerEvent(name, detail, options),
    requestAnimationFrame: (next: FrameRequestCallback) => requestAnimationFrame(next),
    setTimeout: (next: () => void, ms: number) => window.setTimeout(next, ms),
    clearTimeout: (timer: number) => window.clearTimeout(timer),
    getBoundingClientRect: () => domOf(element)?.getBoundingClientRect(),
    getComputedStyle: (names: string[]) => {
      const dom = domOf(element);
      if (!dom) return {};
      const style = getComputedStyle(dom);
      return Object.fromEntries(names.map((name) => [name, style.getPropertyValue(name)]));
    },
  };
}

function stateOf(element: object): object {
  const known = states.get(element) ?? {};
  states.set(element, known);
  return known;
}

function asCss(style: string | Record<string, unknown>): string {
  if (typeof style === 'string') return inVw(style);
  const kebab = (name: string): string => name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`);
  return inVw(
    Object.entries(style)
      .map(([name, value]) => `${kebab(name)}:${String(value)}`)
      .join(';'),
  );
}

function target(face: Inside): object {
  const element = elementOf(face);
  const dom = domOf(element);
  const { id, dataset = {} } = element ?? {};
  return { id, dataset, offsetLeft: dom?.offsetLeft, offsetTop: dom?.offsetTop };
}

const hooks = {
  /** A value of a property `change:…`: an observer runs once its component is in the tree. */
  observer(value: unknown): unknown {
    const run = value as WxsFunction;
    if (typeof value !== 'function' || !run.isWxs) return value;
    return (now: unknown, before: unknown, host: Inside, element: Inside) => {
      window.setTimeout(() => {
        try {
          run(now, before, descriptor(host), descriptor(element));
        } catch (error) {
          noteError(`WXS of ${host.is}`, error);
        }
      }, 0);
    };
  },
  /** A handler of an event: WXS gets an event with descriptors, JavaScript the event itself. */
  handler(caller: Inside, event: Inside, run: WxsFunction): unknown {
    if (!run.isWxs) return run.apply(caller, [event]);
    const { type, timeStamp, detail, mark, touches, changedTouches } = event;
    const seen = {
      type,
      timeStamp,
      detail,
      mark,
      touches,
      changedTouches,
      target: target(event.target),
      currentTarget: target(event.currentTarget),
      instance: descriptor(event.currentTarget),
    };
    return run(seen, descriptor(caller));
  },
  /** What `x.constructor` is in WXS: the name of the kind. */
  kindOf: (value: unknown) => Object.prototype.toString.call(value).slice(8, -1),
};

/** Put in place what compiled templates and WXS modules call. */
export function installWxs(): void {
  Object.assign(window, {
    __wxs: hooks,
    getRegExp: (pattern: string, flags?: string) => new RegExp(pattern, flags),
    getDate: (...given: []) => (given.length ? new Date(...given) : new Date()),
  });
}
