/** Which parts of the mini-program the shop shows. The API refuses what is off; so do pages. */
import { loadTheme, theme, type Theme } from './theme';

export type Module = Theme['modules'][number];

/** Tell whether the shop shows a module. Throws Problem where the shop cannot be asked. */
export async function isOn(module: Module): Promise<boolean> {
  const look = theme() ?? (await loadTheme());
  return look.modules.includes(module);
}
