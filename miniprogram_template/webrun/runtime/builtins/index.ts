/** Every built-in component, by its tag. */
import { BUILTIN_TAGS } from '../../tags';
import type { Inside } from '../glass';
import { buttons } from './buttons';
import { choices } from './choices';
import { containers } from './containers';
import { define, Text, type Family } from './define';
import { fields } from './fields';
import { picker } from './picker';
import { pictures } from './pictures';
import { richText } from './rich-text';
import { scrolling } from './scrolling';

const FAMILIES: Family[] = [
  containers, pictures, buttons, fields, choices, scrolling, picker, richText,
]; // prettier-ignore
const BEHAVIORS = ['form-field', 'form-field-group', 'form-field-button', 'component-export'];

/** Register them in the framework's space; return what each became. */
export function defineBuiltins(space: Inside): Record<string, Inside> {
  for (const is of BEHAVIORS) {
    const properties = is === 'form-field' ? { name: { type: Text }, value: { type: null } } : {};
    space.defineBehavior({ is, properties });
  }
  const all: Family = Object.assign({}, ...FAMILIES);
  return Object.fromEntries(
    BUILTIN_TAGS.map((tag) => {
      const definition = all[tag];
      if (!definition) throw new Error(`<${tag}> is announced and not made`);
      return [tag, define(space, tag, definition)];
    }),
  );
}
