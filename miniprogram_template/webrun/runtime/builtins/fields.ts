/** Where one types: input and textarea. */
import { inVw } from '../../rpx';
import {
  Count,
  Flag,
  keepInside,
  Text,
  type BuiltIn,
  type Definition,
  type Family,
} from './define';

type Field = HTMLInputElement | HTMLTextAreaElement;

const MODES: Record<string, string> = { number: 'numeric', digit: 'decimal', idcard: 'text' };
const PROPERTIES = {
  name: Text,
  value: { type: null },
  type: { type: Text, value: 'text' },
  password: Flag,
  disabled: Flag,
  placeholder: Text,
  placeholderStyle: Text,
  placeholderClass: Text,
  maxlength: { type: Count, value: 140 },
  focus: Flag,
  autoFocus: Flag,
  confirmType: Text,
  confirmHold: Flag,
  cursor: Count,
  cursorSpacing: Count,
  cursorColor: Text,
  selectionStart: Count,
  selectionEnd: Count,
  adjustPosition: Flag,
  holdKeyboard: Flag,
  alwaysEmbed: Flag,
  autoHeight: Flag,
  fixed: Flag,
  showConfirmBar: Flag,
  disableDefaultPadding: Flag,
  adjustKeyboardTo: Text,
};

export const fields: Family = { input: field('input'), textarea: field('textarea') };

function field(tag: 'input' | 'textarea'): Definition {
  return {
    properties: PROPERTIES,
    start(self) {
      const hint = document.createElement('div');
      const inner = document.createElement(tag);
      self.kept = { hint, inner, hadFocus: false };
      self.$$.append(hint, inner);
      keepInside(inner, 'input', 'change', 'keydown');
      inner.addEventListener('input', () => typed(self));
      inner.addEventListener('focus', () => self.fire('focus', { value: inner.value, height: 0 }));
      inner.addEventListener('blur', () => self.fire('blur', { value: inner.value, cursor: 0 }));
      inner.addEventListener('keydown', (event) => {
        if ((event as KeyboardEvent).key === 'Enter' && tag === 'input') {
          self.fire('confirm', { value: inner.value });
        }
      });
      self.$$.addEventListener('click', () => inner.focus());
    },
    update(self) {
      const { data } = self;
      const inner = self.kept.inner as Field;
      if (inner instanceof HTMLInputElement) {
        inner.type = data.password ? 'password' : 'text';
        inner.inputMode = MODES[data.type as string] ?? 'text';
      }
      const value = data.value === null || data.value === undefined ? '' : String(data.value);
      if (inner.value !== value) inner.value = value;
      if (data.maxlength >= 0) inner.maxLength = data.maxlength;
      else inner.removeAttribute('maxlength');
      inner.disabled = Boolean(data.disabled);
      inner.placeholder = data.placeholder ?? '';
      inner.setAttribute('aria-label', data.ariaLabel || data.placeholder || '');
      showHint(self);
      takeFocus(self);
      grow(self);
    },
  };
}

function typed(self: BuiltIn): void {
  const inner = self.kept.inner as Field;
  self.data.value = inner.value;
  showHint(self);
  self.fire('input', { value: inner.value, cursor: inner.selectionStart, keyCode: 0 });
  grow(self);
}

function showHint({ $$: element, data, kept }: BuiltIn): void {
  const hint = kept.hint as HTMLElement;
  hint.textContent = data.placeholder ?? '';
  hint.style.cssText = inVw(data.placeholderStyle ?? '');
  // Classes of a component have its prefix (build/styles.ts); our own element has none by itself.
  const [prefix = ''] = /\bs\w+--/.exec(element.className) ?? [];
  const names = String(data.placeholderClass ?? '').split(/\s+/);
  hint.className = ['wx-hint', ...names.filter(Boolean).map((name) => prefix + name)].join(' ');
  hint.hidden = Boolean(kept.inner.value);
}

function takeFocus({ data, kept }: BuiltIn): void {
  const wanted = Boolean(data.focus || data.autoFocus);
  if (wanted && !kept.hadFocus) window.setTimeout(() => kept.inner.focus(), 0);
  kept.hadFocus = wanted;
}

function grow(self: BuiltIn): void {
  const { $$: element, data, kept } = self;
  if (!(kept.inner instanceof HTMLTextAreaElement)) return;
  const inner = kept.inner;
  if (data.autoHeight) {
    inner.style.height = 'auto';
    element.style.height = `${inner.scrollHeight}px`;
  }
  if (kept.height !== inner.scrollHeight) {
    kept.height = inner.scrollHeight;
    self.fire('linechange', { height: inner.scrollHeight, lineCount: 1 });
  }
}
