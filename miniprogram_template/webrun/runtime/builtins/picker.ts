/** `picker`: a list, a date, a time, or a region, which is typed here. Several columns are not there. */
import { Flag, Text, type BuiltIn, type Family } from './define';
import { noteUnknown } from '../record';
import { prompt } from '../wx/dialogs';

type Told = { tapIndex: number };
type Sheet = (options: {
  itemList: string[];
  success: (told: Told) => void;
  fail: () => void;
}) => void;

export const picker: Family = {
  picker: {
    properties: {
      mode: { type: Text, value: 'selector' },
      range: Array,
      rangeKey: Text,
      value: { type: null },
      start: Text,
      end: Text,
      fields: Text,
      headerText: Text,
      name: Text,
      disabled: Flag,
    },
    start(self) {
      self.onTap(() => {
        const { mode, disabled } = self.data;
        if (disabled) return;
        if (mode === 'selector') choose(self);
        else if (mode === 'date' || mode === 'time') ask(self, mode);
        else if (mode === 'region') void askRegion(self);
        else noteUnknown(`<picker mode="${mode}">`);
      });
    },
  },
};

function choose(self: BuiltIn): void {
  const { range, rangeKey } = self.data;
  const itemList = (range as Record<string, unknown>[]).map((row) =>
    String(rangeKey ? row[rangeKey as string] : row),
  );
  const { wx } = window as unknown as { wx: { showActionSheet: Sheet } };
  wx.showActionSheet({
    itemList,
    success: ({ tapIndex }) => self.fire('change', { value: tapIndex }),
    fail: () => self.fire('cancel', {}),
  });
}

function ask(self: BuiltIn, type: 'date' | 'time'): void {
  const inner = document.createElement('input');
  inner.type = type;
  inner.value = String(self.data.value ?? '');
  inner.addEventListener('change', () => {
    self.fire('change', { value: inner.value });
    inner.remove();
  });
  self.$$.appendChild(inner);
  inner.showPicker();
}

async function askRegion(self: BuiltIn): Promise<void> {
  const text = (self.data.value as string[] | null)?.join(' ') ?? '';
  const title = '省市区 · region';
  const content = '在微信中是三列选择器 · three columns in WeChat; type them with blanks between';
  const typed = await prompt({ title, content, text });
  if (typed === null) self.fire('cancel', {});
  else self.fire('change', { value: typed.split(' '), code: [], postcode: '' });
}
