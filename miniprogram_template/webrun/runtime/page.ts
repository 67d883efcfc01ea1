/** One page of the stack: its life, its scrolling, its pulling down. */
import type { ComponentJson } from '../build/package';
import type { Inside } from './glass';
import { noteError, record } from './record';

const PULL_PX = 60;

/** What a page says about its bar, beyond its JSON file. */
export interface Bar {
  title?: string;
  background?: string;
  foreground?: 'black' | 'white';
}

export class Page {
  readonly bar: Bar = {};
  readonly face: Inside;
  private readonly element: HTMLElement;
  private isAtBottom = false;
  private spinner?: HTMLElement;

  constructor(
    readonly is: string,
    readonly query: string,
    readonly settings: ComponentJson,
    private readonly root: Inside,
  ) {
    this.face = root.get();
    this.element = root.getComponent().$$ as HTMLElement;
    this.element.setAttribute('wx-is', is);
    this.face.route = is;
    this.face.options = asWritten(query);
  }

  /** Put it into the document and begin its life. */
  open(): void {
    const place = document.createElement('i');
    document.body.appendChild(place);
    this.root.attach(document.body, place);
    this.element.addEventListener('scroll', () => this.onScroll());
    if (this.settings.enablePullDownRefresh) this.watchPull();
    this.tell('onLoad', this.face.options);
    this.shown();
    requestAnimationFrame(() => {
      this.tell('onReady');
      record.ready += 1;
    });
  }

  show(): void {
    this.element.toggleAttribute('wx-hidden', false);
    this.shown();
  }

  hide(): void {
    this.tell('onHide');
    this.root.getComponent().triggerPageLifetime('hide', []);
    this.element.toggleAttribute('wx-hidden', true);
  }

  close(): void {
    this.tell('onUnload');
    this.root.release();
    this.element.remove();
  }

  /** Call a page's own function, if it has it; return what that returns. */
  tell(name: string, given?: unknown): unknown {
    try {
      return this.face[name]?.call(this.face, given);
    } catch (error) {
      noteError(`${name} of ${this.is}`, error);
      return undefined;
    }
  }

  has(name: string): boolean {
    return typeof this.face[name] === 'function';
  }

  scrollTo(top: number, isSmooth: boolean): void {
    this.element.scrollTo({ top, behavior: isSmooth ? 'smooth' : 'instant' });
  }

  /** Return how far down an element of the page is. */
  offsetOf(selector: string): number | undefined {
    const found = this.element.querySelector(selector);
    return found ? found.getBoundingClientRect().top + this.element.scrollTop : undefined;
  }

  startPull(): void {
    if (this.spinner) return;
    this.spinner = document.createElement('div');
    this.spinner.className = 'wxui-pull';
    this.spinner.setAttribute('role', 'status');
    this.element.prepend(this.spinner);
    this.tell('onPullDownRefresh');
  }

  stopPull(): void {
    this.spinner?.remove();
    this.spinner = undefined;
  }

  private shown(): void {
    this.tell('onShow');
    this.root.getComponent().triggerPageLifetime('show', []);
  }

  private onScroll(): void {
    const { scrollTop, clientHeight, scrollHeight } = this.element;
    this.tell('onPageScroll', { scrollTop });
    const distance = Number(this.settings.onReachBottomDistance ?? 50);
    const isAtBottom = scrollTop + clientHeight >= scrollHeight - distance;
    if (isAtBottom && !this.isAtBottom) this.tell('onReachBottom');
    this.isAtBottom = isAtBottom;
  }

  private watchPull(): void {
    let from: number | undefined;
    this.element.addEventListener(
      'touchstart',
      (event) => {
        from = this.element.scrollTop <= 0 ? event.touches[0].clientY : undefined;
      },
      { passive: true },
    );
    this.element.addEventListener(
      'touchend',
      (event) => {
        if (from !== undefined && event.changedTouches[0].clientY - from > PULL_PX) {
          this.startPull();
        }
        from = undefined;
      },
      { passive: true },
    );
  }
}

/** Return a query's values as they stand in the address: WeChat does not decode them. */
function asWritten(query: string): Record<string, string> {
  const pairs = query.split('&').filter(Boolean);
  return Object.fromEntries(
    pairs.map((pair) => {
      const [name = '', ...value] = pair.split('=');
      return [name, value.join('=')];
    }),
  );
}
