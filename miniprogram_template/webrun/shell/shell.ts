/** The phone around the mini-program: bar, tabs and the menu that WeChat draws itself. */
import { stopGhostClicks } from '../ghosts';
import type { FrameView, Inner, TabView } from './protocol';

let inner: Inner | undefined;

window.__shell = {
  attach(attached) {
    inner = attached;
  },
  show,
};

stopGhostClicks();

// The query and the page of our own address are meant for the mini-program.
(by('inner') as HTMLIFrameElement).src = `app${location.search}${location.hash}`;

by('back').addEventListener('click', () => inner?.back());
by('menu').addEventListener('click', () => toggleMenu());

// The page that holds us in a frame, which can be the portal's only, brings the next link in time.
if (window.parent !== window) {
  document.body.classList.add('framed');
  window.addEventListener('message', ({ source, data }) => {
    const address = (data as { preview?: unknown } | null)?.preview;
    if (source !== window.parent || typeof address !== 'string') return;
    const { origin, pathname } = new URL(address);
    if (origin !== location.origin) return;
    history.replaceState(null, '', pathname + location.search + location.hash);
    inner?.renew(pathname);
  });
}

function show(view: FrameView): void {
  by('title').textContent = view.title;
  const bar = by('bar');
  bar.style.background = view.background;
  bar.style.color = view.foreground === 'white' ? '#fff' : '#000';
  bar.classList.toggle('bare', view.hasOwnBar);
  by('back').hidden = !view.canGoBack;
  const tabs = by('tabs');
  tabs.hidden = !view.tabs.length;
  tabs.style.background = view.tabBackground;
  tabs.replaceChildren(...view.tabs.map(tabButton));
}

function tabButton(tab: TabView, index: number): HTMLElement {
  const button = document.createElement('button');
  button.type = 'button';
  if (tab.icon) {
    const icon = document.createElement('img');
    icon.src = tab.icon;
    icon.alt = '';
    button.append(icon);
  }
  const words = document.createElement('span');
  words.textContent = tab.text;
  button.append(words);
  button.style.color = tab.colour;
  button.setAttribute('role', 'tab');
  button.setAttribute('aria-selected', String(tab.isCurrent));
  if (tab.badge || tab.hasDot) {
    const badge = document.createElement('sup');
    badge.textContent = tab.badge;
    badge.setAttribute('aria-hidden', 'true');
    button.append(badge);
  }
  button.addEventListener('click', () => inner?.tapTab(index));
  return button;
}

function toggleMenu(): void {
  const open = document.getElementById('sheet');
  if (open) {
    open.remove();
    return;
  }
  const sheet = document.createElement('div');
  sheet.id = 'sheet';
  sheet.setAttribute('role', 'menu');
  const card = inner?.share();
  if (card) {
    const words = `转发给朋友 · Share: ${card.title}`;
    sheet.append(menuItem(words, () => sheet.remove()));
    sheet.dataset.path = card.path;
  } else {
    const none = document.createElement('p');
    none.textContent = '此页不能转发 · This page cannot be shared';
    sheet.append(none);
  }
  sheet.append(menuItem('回到首页 · Home', () => inner?.goHome()));
  by('phone').append(sheet);
}

function menuItem(text: string, react: () => void): HTMLElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = text;
  button.setAttribute('role', 'menuitem');
  button.addEventListener('click', () => {
    document.getElementById('sheet')?.remove();
    react();
  });
  return button;
}

function by(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the frame has no #${id}`);
  return found;
}
