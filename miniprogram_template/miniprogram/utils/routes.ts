/** Every address inside the mini-program: pages are never named elsewhere in code. */

export const routes = {
  home: '/pages/home/home',
  categories: '/pages/categories/categories',
  cart: '/pages/cart/cart',
  me: '/pages/me/me',
  product: (id: string): string => `/packages/shop/product/product?id=${id}`,
  products: (wish: { q?: string; category?: string }): string =>
    `/packages/shop/products/products?${query(wish)}`,
  search: '/packages/shop/search/search',
  /** What is ticked in the cart, or one SKU. */
  checkout: (line?: { sku: string; quantity: number }): string =>
    `/packages/shop/checkout/checkout?${query(line ?? {})}`,
  /** Whether an order is paid; with `pays` WeChat's sheet opens at once. The one place to pay. */
  result: (id: string, pays: boolean): string =>
    `/packages/shop/result/result?${query({ id, pay: pays ? 1 : undefined })}`,
  /** My addresses. To choose one: it comes back by utils/chosen-address.ts. */
  addresses: '/packages/shop/addresses/addresses',
  chooseAddress: '/packages/shop/addresses/addresses?select=1',
  /** Write an address; a new one without `id`. */
  address: (id?: string): string => `/packages/shop/address/address?${query({ id })}`,
  /** My orders; `tab` is one of the API's: to_pay, to_ship, … */
  orders: (tab?: string): string => `/packages/shop/orders/orders?${query({ tab })}`,
  /** Coupons to claim, or mine; `tab` is claim, usable, used or expired. */
  coupons: (tab?: string): string => `/packages/shop/coupons/coupons?${query({ tab })}`,
  order: (id: string): string => `/packages/shop/order/order?id=${id}`,
  /** Ask for an order's money, or see how it went. */
  refund: (orderId: string): string => `/packages/shop/refund/refund?order=${orderId}`,
  /** Recommend the shop, and what that brings. */
  distribution: '/packages/shop/distribution/distribution',
  /** What that earned: how it moved, and taking it out. */
  wallet: '/packages/shop/wallet/wallet',
  /** The shop as its staff see it; a phone that is not linked is asked for its code here. */
  staff: '/packages/owner/today/today',
  staffOrders: '/packages/owner/orders/orders',
  /** Orders whose buyers come for them. */
  staffPickups: '/packages/owner/orders/orders?of=pickup',
  /** An order; with the `code` that its buyer showed. */
  staffOrder: (id: string, code?: string): string =>
    `/packages/owner/order/order?${query({ id, code })}`,
  staffRefunds: '/packages/owner/refunds/refunds',
  staffProducts: '/packages/owner/products/products',
  staffProduct: (id: string): string => `/packages/owner/product/product?id=${id}`,
};

/** Whether a page is the one that is seen. */
export function isInFront(page: object): boolean {
  const pages: object[] = getCurrentPages();
  return pages[pages.length - 1] === page;
}

/** As many pages WeChat keeps open. */
const MOST_OPEN = 10;
let isLeaving = false;

/** Go to a page: once, however often it is tapped; too deep down it takes the place of this one. */
export function go(url: string): void {
  leave((complete) => {
    if (getCurrentPages().length < MOST_OPEN) wx.navigateTo({ url, complete });
    else wx.redirectTo({ url, complete });
  });
}

/** Go back one page, once. */
export function back(): void {
  leave((complete) => wx.navigateBack({ complete }));
}

function leave(by: (complete: () => void) => void): void {
  if (isLeaving) return;
  isLeaving = true;
  by(() => {
    isLeaving = false;
  });
}

function query(values: Record<string, string | number | undefined>): string {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`)
    .join('&');
}
