/** Every address inside the mini-program: pages are never named elsewhere in code. */

export const routes = {
  home: '/pages/home/home',
  categories: '/pages/categories/categories',
  cart: '/pages/cart/cart',
  me: '/pages/me/me',
  product: (id: string): string => `/packages/shop/product/product?id=${id}`,
};

/** Go to a page. */
export function go(url: string): void {
  void wx.navigateTo({ url });
}
