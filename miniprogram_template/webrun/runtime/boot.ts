/** Start a built mini-program in this window. */
import { stopGhostClicks } from '../ghosts';
import { mouseAsFinger } from './backend';
import { Components } from './components';
import { readGiven, type Built } from './config';
import { glass, type Inside } from './glass';
import { noteError, noteWarning, watchWindow } from './record';
import { Router } from './router';
import { makeWx } from './wx';
import { installWxs } from './wxs';
import { shareCard } from './wx/share';

/** Return which component a message of the framework is about. */
function nameOf(related: Inside): string {
  return typeof related === 'string' ? related : String(related?.is ?? '');
}

/** Run the app, then its first page or the one that the address names. */
export function boot(built: Built): void {
  watchWindow();
  glass.addGlobalWarningListener((message, related) => {
    noteWarning(nameOf(related), message);
    return false;
  });
  glass.addGlobalErrorListener((error, method, related) => {
    noteError(`${method ?? ''} of ${nameOf(related)}`, error);
    return true;
  });
  if (!('ontouchstart' in window)) mouseAsFinger();
  stopGhostClicks();
  installWxs();
  const given = readGiven();
  const shell = window.parent === window ? undefined : window.parent.__shell;
  const globals = window as Inside;
  globals.global = window;
  const components = new Components(built);
  const router = new Router(built, components, shell);
  let app: Inside = { globalData: {} };
  globals.getApp = () => app;
  globals.getCurrentPages = () => router.pages.map((page) => page.face);
  globals.App = (definition: Inside) => {
    app = definition;
  };
  globals.wx = makeWx({ given, built, router });
  shell?.attach({
    back: () => router.navigateBack(1),
    tapTab: (index) => router.tapTab(index),
    share: () => shareCard(router.top, { from: 'menu' }),
    goHome: () => router.reLaunch(`/${built.pages[0]}`),
    renew: (simulator) => {
      if (given.simulator) given.simulator = simulator;
    },
  });
  components.runApp();
  const place = location.hash.slice(2) || built.pages[0];
  const [path, query = ''] = place.split('?');
  const launch = { path, query: Object.fromEntries(new URLSearchParams(query)), scene: 1001 };
  app.onLaunch?.call(app, launch);
  app.onShow?.call(app, launch);
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) app.onHide?.call(app);
    else app.onShow?.call(app, launch);
  });
  router.reLaunch(`/${place}`);
}
