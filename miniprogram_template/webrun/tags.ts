/** The built-in components of WeChat that the runner draws; any other tag is a problem when built. */
export const BUILTIN_TAGS = [
  'view', 'text', 'image', 'button', 'input', 'textarea', 'scroll-view', 'swiper', 'swiper-item',
  'icon', 'progress', 'switch', 'slider', 'checkbox', 'checkbox-group', 'radio', 'radio-group',
  'label', 'form', 'picker', 'navigator', 'rich-text', 'canvas', 'cover-view', 'cover-image',
  'page-meta', 'page-container', 'root-portal', 'span',
] as const; // prettier-ignore

export type BuiltinTag = (typeof BUILTIN_TAGS)[number];
