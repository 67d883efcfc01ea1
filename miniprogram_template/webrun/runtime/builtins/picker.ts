/** `picker`: a list, a date or a time. Regions and several columns are for TDesign's own picker. */
import { Flag, Text, type BuiltIn, type Family } from './define';
import { noteUnknown } from '../record';

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
