/** Toasts, modals, sheets. */
import { add, Failed, type Wx } from './api';
import { dialog, hideToast, prompt, sheet, showToast } from './dialogs';

const USUAL_MS = 1500;

export function addFeedback(wx: Wx): void {
  add(wx, {
    showToast: ({ title = '', icon = 'success', duration = USUAL_MS }) =>
      showToast(icon === 'none' ? title : `${icon === 'error' ? '✕' : '✓'} ${title}`, duration),
    hideToast: () => hideToast(),
    showLoading: ({ title = '' }) => showToast(`… ${title}`, 0),
    hideLoading: () => hideToast(),
    showModal: async (options) => {
      if (options.editable) {
        const text = options.content ?? '';
        const typed = await prompt({ ...options, content: '', text });
        return { confirm: typed !== null, cancel: typed === null, content: typed ?? '' };
      }
      const confirm = await dialog(options);
      return { confirm, cancel: !confirm };
    },
    showActionSheet: async ({ itemList }: { itemList: string[] }) => {
      const tapIndex = await sheet(itemList);
      if (tapIndex < 0) throw new Failed('cancel');
      return { tapIndex };
    },
  });
}
