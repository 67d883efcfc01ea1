/** Where one chooses: switch, checkbox, radio, slider, label, form. */
import {
  around, Count, Flag, keepInside, Text, type BuiltIn, type Definition, type Family,
} from './define'; // prettier-ignore
import type { Inside } from '../glass';

const FIELD = { name: Text, disabled: Flag };

export const choices: Family = {
  switch: toggle('switch'),
  checkbox: toggle('checkbox'),
  radio: toggle('radio'),
  'checkbox-group': { properties: { name: Text } },
  'radio-group': { properties: { name: Text } },
  slider: {
    properties: {
      ...FIELD,
      min: Count,
      max: { type: Count, value: 100 },
      step: { type: Count, value: 1 },
      value: Count,
      activeColor: Text,
      backgroundColor: Text,
      blockSize: Count,
      blockColor: Text,
      showValue: Flag,
    },
    start(self) {
      const inner = document.createElement('input');
      inner.type = 'range';
      self.kept.inner = inner;
      self.$$.appendChild(inner);
      keepInside(inner, 'input', 'change');
      inner.addEventListener('input', () => self.fire('changing', { value: Number(inner.value) }));
      inner.addEventListener('change', () => self.fire('change', { value: Number(inner.value) }));
    },
    update({ data, kept }) {
      const { min, max, step, value, disabled } = data;
      Object.assign(kept.inner, { min, max, step, value, disabled });
    },
  },
  label: { properties: { for: Text } },
  form: {
    properties: { reportSubmit: Flag },
    methods: {
      submit(self) {
        const value: Record<string, unknown> = {};
        for (const element of self.$$.querySelectorAll('*')) {
          const component = (element as Inside).__wxElement;
          const name = component?.data?.name as string | undefined;
          if (!name) continue;
          const isSwitch = element.tagName === 'WX-SWITCH';
          value[name] = isSwitch ? component.kept.inner.checked : component.data.value;
        }
        self.fire('submit', { value });
      },
      reset: (self) => self.fire('reset', {}),
    },
  },
};

function toggle(tag: 'switch' | 'checkbox' | 'radio'): Definition {
  return {
    properties: { ...FIELD, checked: Flag, value: Text, color: Text, type: Text },
    start(self) {
      const inner = document.createElement('input');
      inner.type = tag === 'radio' ? 'radio' : 'checkbox';
      self.kept.inner = inner;
      self.$$.prepend(inner);
      keepInside(inner, 'input', 'change');
      inner.addEventListener('change', () => {
        self.data.checked = inner.checked;
        if (tag === 'switch') self.fire('change', { value: inner.checked });
        else tellGroup(self, tag);
      });
    },
    update({ data, kept }) {
      kept.inner.checked = data.checked;
      kept.inner.disabled = data.disabled;
      kept.inner.setAttribute('aria-label', data.ariaLabel ?? '');
    },
  };
}

function tellGroup(self: BuiltIn, tag: 'checkbox' | 'radio'): void {
  const group = around(self.$$, `${tag}-group`);
  if (!group) return;
  const members = [...(group.$$ as HTMLElement).querySelectorAll(`wx-${tag}`)].map(
    (element) => (element as Inside).__wxElement as BuiltIn,
  );
  if (tag === 'radio') {
    for (const other of members) if (other !== self) other.kept.inner.checked = false;
  }
  const chosen = members.filter((member) => member.kept.inner.checked);
  const values = chosen.map((member) => member.data.value);
  group.triggerEvent('change', { value: tag === 'radio' ? values[0] : values });
}
