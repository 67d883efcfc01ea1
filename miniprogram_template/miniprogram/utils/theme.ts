/** How the shop looks: from the API, kept for the next start, put on each page by <page-meta>. */
import { api, type Answer } from './api';
import { paintCartCount } from './cart-count';
import { fallBackTo, say, type Word } from './i18n';

export type Theme = Answer<'get', '/theme'>;

const KEY = 'theme';
const TABS: readonly (keyof Theme['tab_labels'] & Word)[] = ['home', 'categories', 'cart', 'me'];
const LARGEST_SCALE = 1.4;
const listeners = new Set<() => void>();
let current: Theme | undefined;
let running: Promise<Theme> | undefined;

/** Return the look as last heard; undefined before the first answer. */
export function theme(): Theme | undefined {
  current ??= (wx.getStorageSync(KEY) as Theme | '') || undefined;
  return current;
}

/** Ask the API for the look; pages that are shown change at once. Throws Problem. */
export async function loadTheme(): Promise<Theme> {
  running ??= api.get('/theme').finally(() => {
    running = undefined;
  });
  const heard = await running;
  const isNew = JSON.stringify(heard) !== JSON.stringify(theme());
  current = heard;
  if (isNew) {
    wx.setStorageSync(KEY, heard);
    fallBackTo(heard.language);
    listeners.forEach((listener) => listener());
  }
  return heard;
}

/** As `loadTheme`; without an answer the look stays as it is. */
export async function refreshTheme(): Promise<void> {
  await loadTheme().catch(() => undefined);
}

export function onThemeChange(listener: () => void): void {
  listeners.add(listener);
}

export function offThemeChange(listener: () => void): void {
  listeners.delete(listener);
}

/** Return the page's style: the ten levels, what TDesign derives from them, the text's scale. */
export function pageStyle(): string {
  const look = theme();
  const scale = Math.min(LARGEST_SCALE, Math.max(1, fontSize() / 16));
  const styles = [`--scale:${scale}`];
  look?.palette.forEach((colour, index) => {
    styles.push(`--td-brand-color-${index + 1}:${colour}`, `--brand-${index + 1}:${colour}`);
  });
  if (look) {
    styles.push(
      `--brand:${look.palette[6]}`,
      `--on-brand:${look.on_brand}`,
      `--brand-text:${look.brand_text}`,
      `--td-text-color-anti:${look.on_brand}`,
      `--td-text-color-brand:${look.brand_text}`,
      `--td-button-primary-color:${look.on_brand}`,
      `--td-button-primary-outline-color:${look.brand_text}`,
    );
  }
  return styles.join(';');
}

/** Paint the tab bar in the shop's colours and words; only on a tab page, as WeChat wants it. */
export function paintTabBar(): void {
  const look = theme();
  TABS.forEach((tab, index) => {
    wx.setTabBarItem({ index, text: look?.tab_labels[tab] || say(tab) });
  });
  if (look) wx.setTabBarStyle({ selectedColor: look.brand_text });
  paintCartCount();
}

function fontSize(): number {
  return (wx.getAppBaseInfo() as { fontSizeSetting?: number }).fontSizeSetting ?? 16;
}
