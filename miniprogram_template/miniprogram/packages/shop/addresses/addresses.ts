import { api, type Answer } from '../../../utils/api';
import { chooseAddress } from '../../../utils/chosen-address';
import { say } from '../../../utils/i18n';
import { shopPage } from '../../../utils/page';
import { notDone } from '../../../utils/privacy';
import { back, go, routes } from '../../../utils/routes';

type Address = Answer<'get', '/addresses'>['items'][number];
type Tap = WechatMiniprogram.TouchEvent;

interface AddressView extends Address {
  whole: string;
  editLabel: string;
}

/** Where parcels may go. Query: `select=1` takes the chosen one back to checkout. */
shopPage({
  module: 'shop',
  title: 'addresses',
  words: ['noAddresses', 'newAddress', 'fromWeChat', 'defaultOne'],
  data: {
    addresses: [] as AddressView[],
    isChoosing: false,
    isBusy: false,
  },

  async load({ select }): Promise<void> {
    const { items } = await api.get('/addresses', { isMine: true });
    this.setData({ addresses: items.map(view), isChoosing: select === '1' });
  },

  shown(): void {
    void this.reload();
  },

  repaint(): void {
    this.setData({ addresses: this.data.addresses.map(view) });
  },

  /** In a checkout the tap chooses; else it opens the form. */
  tap(event: Tap): void {
    const id = event.currentTarget.dataset.id as string;
    if (!this.data.isChoosing) {
      go(routes.address(id));
      return;
    }
    chooseAddress(id);
    back();
  },

  edit(event: Tap): void {
    go(routes.address(event.currentTarget.dataset.id as string));
  },

  add(): void {
    go(routes.address());
  },

  /** WeChat's own address book; a person who closes it changes nothing. */
  async importOne(): Promise<void> {
    if (this.data.isBusy) return;
    this.setData({ isBusy: true });
    const taken = await wx.chooseAddress().catch(notDone);
    if (taken) await this.attempt(() => this.keep(taken));
    this.setData({ isBusy: false });
  },

  async keep(taken: WechatMiniprogram.ChooseAddressSuccessCallbackResult): Promise<void> {
    // WeChat tells the street's name, although its typings forget it.
    const { streetName = '' } = taken as { streetName?: string };
    const body = {
      country: 'CN',
      is_default: false,
      recipient: taken.userName,
      phone: taken.telNumber,
      province: taken.provinceName,
      city: taken.cityName,
      district: taken.countyName,
      street: `${streetName}${taken.detailInfo}`,
      postcode: taken.postalCode,
    };
    const made = await api.post('/addresses', { body, isMine: true });
    void wx.showToast({ title: say('importedNow') });
    if (this.data.isChoosing) {
      chooseAddress(made.id);
      back();
    } else {
      await this.reload();
    }
  },
});

function view(address: Address): AddressView {
  const { province, city, district, street } = address;
  return {
    ...address,
    whole: [province, city, district, street].filter(Boolean).join(' '),
    editLabel: say('editOf', { name: address.recipient }),
  };
}
