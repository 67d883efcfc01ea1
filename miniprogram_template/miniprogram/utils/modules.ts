/** Which parts of the mini-program the shop shows. The API refuses what is off; so do pages. */
import { loadTheme, theme, type Theme } from './theme';

export type Module = Theme['modules'][number];

/**
 * Tell whether the shop shows a module. What was off when we last heard may be open by now, so it
 * is asked for again. Throws Problem where the shop cannot be asked.
 */
export async function isOn(module: Module): Promise<boolean> {
  if (theme()?.modules.includes(module)) return true;
  return (await loadTheme()).modules.includes(module);
}
