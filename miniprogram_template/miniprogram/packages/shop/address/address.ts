import { api } from '../../../utils/api';
import { say, type Word } from '../../../utils/i18n';
import { isSure } from '../../../utils/order';
import { shopPage } from '../../../utils/page';
import { back } from '../../../utils/routes';

/** The fields of the form; the API knows them by the same names. */
const FIELDS = [
  'recipient',
  'phone',
  'province',
  'city',
  'district',
  'street',
  'postcode',
] as const;
type Field = (typeof FIELDS)[number];
type Form = Record<Field, string>;
type Changed = WechatMiniprogram.CustomEvent<{ value: string }>;

interface FieldView {
  id: Field;
  label: string;
  hint: string;
  most: number;
}

const LABELS: Record<Field, Word> = {
  recipient: 'recipient',
  phone: 'phoneNumber',
  province: 'province',
  city: 'city',
  district: 'district',
  street: 'street',
  postcode: 'postcode',
};
const MOST: Record<Field, number> = {
  recipient: 40, phone: 19, province: 60, city: 60, district: 60, street: 200, postcode: 12,
}; // prettier-ignore
const MAY_BE_EMPTY = new Set<Field>(['district', 'postcode']);
/** As the API has it. */
const PHONE = /^\+?[0-9][0-9 -]{4,17}[0-9]$/;
const POSTCODE = /^[A-Za-z0-9 -]{0,12}$/;
const EMPTY: Form = {
  recipient: '', phone: '', province: '', city: '', district: '', street: '', postcode: '',
}; // prettier-ignore

/** Write an address. Query: `id`, none for a new one. */
shopPage({
  module: 'shop',
  words: ['save', 'deleteAddress', 'makeDefault', 'chooseRegion'],
  data: {
    id: '',
    form: EMPTY,
    /** ISO 3166; WeChat Pay's customers live here unless their address says otherwise. */
    country: 'CN',
    fields: [] as FieldView[],
    wrong: {} as Partial<Form>,
    isDefault: false,
    /** The default one stays it until another one is. */
    wasDefault: false,
    isBusy: false,
  },

  async load({ id = '' }): Promise<void> {
    this.setData({ id });
    this.repaint();
    if (!id) return;
    const path = { address_id: id };
    const address = await api.get('/addresses/{address_id}', { path, isMine: true });
    const form = Object.fromEntries(FIELDS.map((field) => [field, address[field]])) as Form;
    const { country, is_default: isDefault } = address;
    this.setData({ form, country, isDefault, wasDefault: isDefault });
  },

  repaint(): void {
    this.entitle(say(this.data.id ? 'editAddress' : 'newAddress'));
    this.setData({ fields: FIELDS.map(fieldView), wrong: {} });
  },

  type(event: Changed): void {
    const field = event.currentTarget.dataset.field as Field;
    this.setData({
      form: { ...this.data.form, [field]: event.detail.value },
      wrong: { ...this.data.wrong, [field]: '' },
    });
  },

  /** Take what WeChat's own picker says; what it does not know is typed. */
  takeRegion(event: WechatMiniprogram.CustomEvent<{ value: string[] }>): void {
    const [province = '', city = '', district = ''] = event.detail.value;
    this.setData({
      form: { ...this.data.form, province, city, district },
      wrong: { ...this.data.wrong, province: '', city: '', district: '' },
    });
  },

  turnDefault(): void {
    if (!this.data.wasDefault) this.setData({ isDefault: !this.data.isDefault });
  },

  async save(): Promise<void> {
    const { id, form, isDefault, isBusy } = this.data;
    if (isBusy) return;
    const wrong = check(form);
    this.setData({ wrong });
    if (Object.keys(wrong).length) return;
    const trimmed = FIELDS.map((field) => [field, form[field].trim()]);
    const body = {
      ...(Object.fromEntries(trimmed) as Form),
      country: this.data.country,
      is_default: isDefault,
    };
    const path = { address_id: id };
    await this.end('savedNow', () =>
      id
        ? api.patch('/addresses/{address_id}', { path, body, isMine: true })
        : api.post('/addresses', { body, isMine: true }),
    );
  },

  async remove(): Promise<void> {
    const path = { address_id: this.data.id };
    if (this.data.isBusy || !(await isSure('deleteAddressSure'))) return;
    await this.end('deletedNow', () =>
      api.delete('/addresses/{address_id}', { path, isMine: true }),
    );
  },

  /** Do it, say so, and go back to the list. */
  async end(said: Word, deed: () => Promise<unknown>): Promise<void> {
    this.setData({ isBusy: true });
    if (!(await this.attempt(deed))) {
      this.setData({ isBusy: false });
      return;
    }
    back();
    void wx.showToast({ title: say(said) });
  },
});

function fieldView(id: Field): FieldView {
  return {
    id,
    label: say(LABELS[id]),
    hint: say(MAY_BE_EMPTY.has(id) ? 'optional' : 'required'),
    most: MOST[id],
  };
}

/** Return what is wrong, by field. */
function check(form: Form): Partial<Form> {
  const wrong: Partial<Form> = {};
  for (const field of FIELDS) {
    const value = form[field].trim();
    const isMissing = !value && !MAY_BE_EMPTY.has(field);
    if (isMissing) wrong[field] = say('fillIn', { name: say(LABELS[field]) });
  }
  if (!wrong.phone && !PHONE.test(form.phone.trim())) wrong.phone = say('phoneWrong');
  if (!POSTCODE.test(form.postcode.trim())) {
    wrong.postcode = say('fillIn', { name: say('postcode') });
  }
  return wrong;
}
