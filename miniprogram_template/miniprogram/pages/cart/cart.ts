import { api, type Answer } from '../../utils/api';
import { noteCart, paintCartCount } from '../../utils/cart-count';
import { say } from '../../utils/i18n';
import { shopPage, type Loaded } from '../../utils/page';
import { tell } from '../../utils/problem';
import { go, isInFront, routes } from '../../utils/routes';
import type { Product, Sku } from '../../utils/sku';
import { paintTabBar } from '../../utils/theme';

type Cart = Answer<'get', '/cart'>;
type Line = Cart['lines'][number] & { isOn: boolean };
type Invalid = Cart['invalid'][number] & { why: string; canTake: boolean; take: string };
type Tap = WechatMiniprogram.TouchEvent;

const PAUSE_MS = 300;

let tail: Promise<unknown> = Promise.resolve();
const typing = new Map<string, number>();
/** Numbers that the API has not answered yet, by SKU: they are shown, whatever it says of before. */
const wanted = new Map<string, number>();

/** What lies in the cart, with the prices of now; what cannot be bought stands apart. */
shopPage({
  module: 'shop',
  title: 'cart',
  words: [
    'cartEmpty', 'lookAround', 'noLongerForSale', 'total', 'manage', 'done', 'selectAll', 'select',
    'changeSpec', 'clearInvalid',
  ], // prettier-ignore
  data: {
    cart: null as Cart | null,
    lines: [] as Line[],
    invalid: [] as Invalid[],
    /** Choosing what to remove, instead of what to buy. */
    isManaging: false,
    /** What is chosen to be removed: SKU ids. */
    marked: [] as string[],
    isAllOn: false,
    deed: '',
    sheetProduct: null as Product | null,
    sheetSku: '',
    isChoosing: false,
  },

  async load(): Promise<Loaded> {
    paintTabBar();
    const cart = await inTurn(() => api.get('/cart', { isMine: true }));
    this.show(cart);
    this.count();
    return cart.lines.length || cart.invalid.length ? 'ready' : 'empty';
  },

  shown(): void {
    paintTabBar();
    void this.reload();
  },

  repaint(): void {
    if (this.data.cart) this.show(this.data.cart);
  },

  /** Show the cart as the API says it is. */
  show(cart: Cart): void {
    noteCart(cart);
    const { isManaging, marked: before } = this.data;
    const marked = before.filter((id) => cart.lines.some(({ sku_id }) => sku_id === id));
    const lines = cart.lines.map((line) => ({
      ...line,
      quantity: wanted.get(line.sku_id) ?? line.quantity,
      isOn: isManaging ? marked.includes(line.sku_id) : line.selected,
    }));
    const count = isManaging ? marked.length : cart.selected_count;
    this.setData({
      cart,
      lines,
      marked,
      invalid: cart.invalid.map(explained),
      isAllOn: lines.length > 0 && lines.every(({ isOn }) => isOn),
      deed: say(isManaging ? 'removeCount' : 'goPay', { count }),
    });
  },

  /** Write the number on the tab, unless another page has come to the front meanwhile. */
  count(): void {
    if (isInFront(this)) paintCartCount();
  },

  /** Do something to the cart; show what came of it, refused or not. */
  async put(deed: () => Promise<Cart>): Promise<boolean> {
    try {
      const cart = await inTurn(deed);
      this.show(cart);
      this.setData({ status: cart.lines.length || cart.invalid.length ? 'ready' : 'empty' });
      this.count();
      return true;
    } catch (error) {
      tell(error);
      await this.reload();
      return false;
    }
  },

  open(event: Tap): void {
    go(routes.product(event.currentTarget.dataset.id as string));
  },

  lookAround(): void {
    void wx.switchTab({ url: routes.home });
  },

  manage(): void {
    this.setData({ isManaging: !this.data.isManaging, marked: [] });
    this.repaint();
  },

  async tick(event: Tap): Promise<void> {
    const line = this.lineOf(event);
    if (!line) return;
    if (this.data.isManaging) {
      this.mark(line.isOn ? [] : [line.sku_id], line.isOn ? [line.sku_id] : []);
      return;
    }
    const body = { selected: !line.selected };
    await this.put(() => api.patch('/cart/lines/{sku_id}', { ...at(line), body, isMine: true }));
  },

  async tickAll(): Promise<void> {
    const { lines, isAllOn, isManaging } = this.data;
    const ids = lines.map(({ sku_id }) => sku_id);
    if (isManaging) this.mark(isAllOn ? [] : ids, isAllOn ? ids : []);
    else {
      const body = { selected: !isAllOn };
      await this.put(() => api.patch('/cart/lines', { body, isMine: true }));
    }
  },

  mark(more: string[], less: string[]): void {
    const kept = this.data.marked.filter((id) => !less.includes(id) && !more.includes(id));
    this.setData({ marked: [...kept, ...more] });
    this.repaint();
  },

  /** The number is shown at once; the API hears it when the finger rests. */
  changeQuantity(event: WechatMiniprogram.CustomEvent<{ value: number }>): void {
    const line = this.lineOf(event);
    if (!line) return;
    const quantity = event.detail.value;
    const row = this.data.lines.findIndex(({ sku_id }) => sku_id === line.sku_id);
    this.setData({ [`lines[${row}].quantity`]: quantity });
    wanted.set(line.sku_id, quantity);
    clearTimeout(typing.get(line.sku_id) ?? 0);
    const send = (): void => void this.setQuantity(line.sku_id, quantity);
    typing.set(line.sku_id, setTimeout(send, PAUSE_MS));
  },

  atLimit(event: WechatMiniprogram.CustomEvent<{ value: number }>): void {
    const { value: count } = event.detail;
    if (count > 1) void wx.showToast({ title: say('mostIs', { count }), icon: 'none' });
  },

  async setQuantity(sku: string, quantity: number): Promise<void> {
    typing.delete(sku);
    const body = { quantity };
    await this.put(() =>
      api
        .patch('/cart/lines/{sku_id}', { path: { sku_id: sku }, body, isMine: true })
        .finally(() => {
          if (wanted.get(sku) === quantity) wanted.delete(sku);
        }),
    );
  },

  async takeWhatIsLeft(event: Tap): Promise<void> {
    const { sku, left } = event.currentTarget.dataset as { sku: string; left: number };
    await this.setQuantity(sku, left);
  },

  /** Choose other options of a line's product in the sheet. */
  async changeSpec(event: Tap): Promise<void> {
    const { id, sku } = event.currentTarget.dataset as { id: string; sku: string };
    await this.attempt(async () => {
      const product = await api.get('/products/{product_id}', { path: { product_id: id } });
      this.setData({ sheetProduct: product, sheetSku: sku, isChoosing: true });
    });
  },

  closeSheet(): void {
    this.setData({ isChoosing: false });
  },

  async replace(event: WechatMiniprogram.CustomEvent<{ sku: Sku }>): Promise<void> {
    const { sheetSku: sku_id } = this.data;
    const body = { sku_id: event.detail.sku.id };
    this.setData({ isChoosing: false });
    if (body.sku_id === sku_id) return;
    await this.put(() =>
      api.post('/cart/lines/{sku_id}/replace', { path: { sku_id }, body, isMine: true }),
    );
  },

  async removeMarked(): Promise<void> {
    const { marked } = this.data;
    if (!marked.length) return;
    const content = say('removeSure', { count: marked.length });
    const { confirm } = await wx.showModal({
      content,
      confirmText: say('remove'),
      cancelText: say('back'),
    });
    if (confirm && (await this.take(marked))) this.manage();
  },

  async clearInvalid(): Promise<void> {
    await this.take(this.data.invalid.map(({ sku_id }) => sku_id));
  },

  take(ids: string[]): Promise<boolean> {
    return this.put(() => api.delete('/cart/lines', { body: { sku_ids: ids }, isMine: true }));
  },

  /** Check out what is ticked, once the API knows every number that is shown. */
  async checkOut(): Promise<void> {
    const open = [...typing.keys()];
    for (const sku of open) {
      clearTimeout(typing.get(sku) ?? 0);
      const quantity = wanted.get(sku);
      if (quantity) await this.setQuantity(sku, quantity);
    }
    await tail;
    if (this.data.cart?.selected_count) go(routes.checkout());
  },

  lineOf(event: { currentTarget: { dataset: Record<string, unknown> } }): Line | undefined {
    const { sku } = event.currentTarget.dataset as { sku: string };
    return this.data.lines.find(({ sku_id }) => sku_id === sku);
  },
});

/** Questions and deeds go to the API one after the other: the last answer is the last word. */
function inTurn<T>(ask: () => Promise<T>): Promise<T> {
  const mine = tail.then(ask);
  tail = mine.catch(() => undefined); // told by whoever asked
  return mine;
}

function at({ sku_id }: { sku_id: string }): { path: { sku_id: string } } {
  return { path: { sku_id } };
}

/** Say why a line cannot be bought, and what could be done about it. */
function explained(line: Cart['invalid'][number]): Invalid {
  const count = line.available;
  const canTake = line.reason === 'short_stock';
  const why = canTake
    ? say('invalidShort', { count })
    : say(line.reason === 'sold_out' ? 'invalidSoldOut' : 'invalidGone');
  return { ...line, why, canTake, take: say('takeWhatIsLeft', { count }) };
}
