/** WeChat's own windows: dialogs, sheets, prompts, toasts. */

export interface Dialog {
  title?: string;
  content?: string;
  confirmText?: string;
  cancelText?: string;
  showCancel?: boolean;
  /** A prompt: the text that stands in the field. */
  text?: string;
  placeholderText?: string;
}

export function element(tag: string, className: string, text = ''): HTMLElement {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

/** Ask; return whether it was confirmed. */
export async function dialog(wish: Dialog): Promise<boolean> {
  return (await prompt(wish)) !== null;
}

/** Ask; return the text of the field, or null where it was cancelled. */
export function prompt(wish: Dialog): Promise<string | null> {
  return new Promise((resolve) => {
    const mask = element('div', 'wxui-mask');
    const box = element('div', 'wxui-modal');
    box.setAttribute('role', 'dialog');
    box.setAttribute('aria-modal', 'true');
    box.append(element('h3', '', wish.title ?? ''), element('p', '', wish.content ?? ''));
    const field = document.createElement('input');
    if (wish.text !== undefined) {
      field.value = wish.text;
      field.placeholder = wish.placeholderText ?? '';
      box.append(field);
    }
    const bar = element('div', 'wxui-buttons');
    const end = (answer: string | null): void => {
      mask.remove();
      resolve(answer);
    };
    if (wish.showCancel !== false) bar.append(button(wish.cancelText ?? '取消', () => end(null)));
    bar.append(button(wish.confirmText ?? '确定', () => end(field.value)));
    box.append(bar);
    mask.append(box);
    document.body.append(mask);
  });
}

/** Let one choose; return the index, or -1 where it was cancelled. */
export function sheet(items: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    const mask = element('div', 'wxui-mask');
    const box = element('div', 'wxui-sheet');
    box.setAttribute('role', 'menu');
    const end = (index: number): void => {
      mask.remove();
      resolve(index);
    };
    items.forEach((item, index) => box.append(button(item, () => end(index))));
    box.append(button('取消', () => end(-1)));
    mask.append(box);
    document.body.append(mask);
  });
}

function button(text: string, react: () => void): HTMLElement {
  const made = element('button', '', text);
  made.addEventListener('click', react);
  return made;
}

let toast: HTMLElement | undefined;
let timer = 0;

/** Show a short word; `ms` 0 keeps it until it is hidden. */
export function showToast(text: string, ms: number): void {
  hideToast();
  toast = element('div', 'wxui-toast', text);
  toast.setAttribute('role', 'status');
  document.body.append(toast);
  if (ms) timer = window.setTimeout(hideToast, ms);
}

export function hideToast(): void {
  window.clearTimeout(timer);
  toast?.remove();
  toast = undefined;
}
