/** How a built-in component is made: properties, a DOM element, and what changes it. */
import type { BuiltinTag } from '../../tags';
import type { Inside } from '../glass';
import { playAnimation } from './animation';

export const Text = String;
export const Flag = Boolean;
export const Count = Number;

type Kind = StringConstructor | BooleanConstructor | NumberConstructor | ArrayConstructor | null;
type Property = Kind | { type: Kind; value?: unknown };

/** A built-in component that is in use. */
export interface BuiltIn {
  readonly $$: HTMLElement;
  readonly data: Inside;
  /** Whatever a component keeps for itself. */
  kept: Inside;
  fire(name: string, detail?: unknown, options?: object): void;
  onTap(react: () => void): void;
}

export interface Definition {
  properties?: Record<string, Property>;
  /** Once, when it is in the document. */
  start?(self: BuiltIn): void;
  /** At the start and after each change of its properties. */
  update?(self: BuiltIn): void;
  end?(self: BuiltIn): void;
  /** What other built-ins may call. */
  methods?: Record<string, (self: BuiltIn, ...given: Inside[]) => unknown>;
}

export type Family = Partial<Record<BuiltinTag, Definition>>;

const ARIA = [
  'Label', 'Role', 'Hidden', 'Disabled', 'Selected', 'Checked', 'Live', 'Modal', 'Expanded',
  'Pressed', 'Valuemin', 'Valuemax', 'Valuenow', 'Valuetext', 'Haspopup', 'Required', 'Readonly',
  'Busy', 'Controls', 'Labelledby', 'Describedby', 'Multiselectable', 'Orientation', 'Roledescription', 'Current',
]; // prettier-ignore
const COMMON: Record<string, Property> = {
  hidden: Flag,
  hoverClass: Text,
  hoverStopPropagation: Flag,
  hoverStartTime: { type: null, value: 50 },
  hoverStayTime: { type: null, value: 400 },
  animation: { type: null },
  tabindex: { type: null },
  ...Object.fromEntries(ARIA.map((name) => [`aria${name}`, { type: null }])),
};

/** Register one built-in in the framework's space; return what the framework made of it. */
export function define(space: Inside, tag: string, definition: Definition): Inside {
  const properties = { ...COMMON, ...definition.properties };
  const update = (face: Inside): void => {
    if (face.isStarted) definition.update?.(face);
  };
  return space.defineComponent({
    is: `builtin/${tag}`,
    options: { virtualHost: false },
    properties,
    observers: {
      [Object.keys(properties).join(',')](this: Inside) {
        if (!this.$$) return;
        setCommon(this);
        update(this);
      },
      animation(this: Inside, steps: Inside) {
        if (this.$$) playAnimation(this.$$, steps);
      },
    },
    methods: {
      fire(this: Inside, name: string, detail?: unknown, options?: object) {
        this.triggerEvent(name, detail, options);
      },
      onTap(this: Inside, react: () => void) {
        this.addListener('tap', react);
      },
      ...bound(definition.methods ?? {}),
    },
    lifetimes: {
      attached(this: Inside) {
        this.kept = {};
        setCommon(this);
        watchTouch(this);
        definition.start?.(this);
        this.isStarted = true;
        update(this);
      },
      detached(this: Inside) {
        definition.end?.(this);
      },
    },
  });
}

function bound(methods: NonNullable<Definition['methods']>): Inside {
  return Object.fromEntries(
    Object.entries(methods).map(([name, run]) => [
      name,
      function method(this: Inside, ...given: Inside[]) {
        return run(this, ...given);
      },
    ]),
  );
}

function setCommon({ $$: element, data }: BuiltIn): void {
  element.toggleAttribute('wx-hidden', Boolean(data.hidden));
  for (const name of ARIA) {
    const value = data[`aria${name}`];
    const attribute = name === 'Role' ? 'role' : `aria-${name.toLowerCase()}`;
    if (value !== undefined && value !== null && value !== '') {
      element.setAttribute(attribute, String(value));
    } else if (element.hasAttribute(attribute) && name !== 'Role') {
      element.removeAttribute(attribute);
    }
  }
}

/** `hover-class` while a finger is on it. */
function watchTouch(self: BuiltIn): void {
  const element = self.$$;
  const toggle = (name: string, isOn: boolean): void =>
    (self as Inside).toggleNodeClass?.(name, isOn, 2);
  element.addEventListener(
    'touchstart',
    () => {
      const name = self.data.hoverClass as string;
      if (!name || name === 'none' || self.data.disabled) return;
      toggle(name, true);
      const off = (): void => {
        window.setTimeout(() => toggle(name, false), 70);
      };
      element.addEventListener('touchend', off, { once: true });
      element.addEventListener('touchcancel', off, { once: true });
    },
    { passive: true },
  );
}

/** Return the nearest built-in of a tag around an element. */
export function around(element: HTMLElement, tag: BuiltinTag): Inside {
  const found = element.parentElement?.closest(`wx-${tag}`) as Inside;
  return found?.__wxElement;
}

/** Keep events of an inner element of ours to ourselves. */
export function keepInside(element: HTMLElement, ...types: string[]): void {
  for (const type of types) element.addEventListener(type, (event) => event.stopPropagation());
}
