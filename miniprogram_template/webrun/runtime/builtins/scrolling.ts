/** What moves under the finger: scroll-view, swiper, swiper-item. */
import { Count, Flag, Text, type BuiltIn, type Family } from './define';

const FAR_PX = 40;

export const scrolling: Family = {
  'scroll-view': {
    properties: {
      scrollX: Flag,
      scrollY: Flag,
      upperThreshold: { type: null, value: 50 },
      lowerThreshold: { type: null, value: 50 },
      scrollTop: { type: null },
      scrollLeft: { type: null },
      scrollIntoView: Text,
      scrollWithAnimation: Flag,
      enhanced: Flag,
      showScrollbar: Flag,
      enableFlex: Flag,
      bounces: Flag,
      enablePassive: { type: null },
      refresherEnabled: Flag,
      refresherTriggered: Flag,
      refresherThreshold: Count,
      refresherDefaultStyle: Text,
      refresherBackground: Text,
      type: Text,
      pagingEnabled: Flag,
      fastDeceleration: Flag,
      throttle: { type: null },
      usingSticky: Flag,
      enableBackToTop: Flag,
    },
    start(self) {
      self.$$.addEventListener('scroll', () => scrolled(self));
    },
    update(self) {
      const { $$: element, data } = self;
      element.style.overflowX = data.scrollX ? 'auto' : 'hidden';
      element.style.overflowY = data.scrollY ? 'auto' : 'hidden';
      scroll(self, 'top', data.scrollTop);
      scroll(self, 'left', data.scrollLeft);
      if (data.scrollIntoView && data.scrollIntoView !== self.kept.target) {
        self.kept.target = data.scrollIntoView;
        requestAnimationFrame(() => {
          const target = element.querySelector(`#${CSS.escape(data.scrollIntoView)}`);
          target?.scrollIntoView({ block: 'start', inline: 'start' });
        });
      }
    },
  },
  swiper: {
    properties: {
      indicatorDots: Flag,
      indicatorColor: Text,
      indicatorActiveColor: Text,
      autoplay: Flag,
      current: { type: Count, value: 0 },
      currentItemId: Text,
      interval: { type: Count, value: 5000 },
      duration: { type: Count, value: 500 },
      circular: Flag,
      vertical: Flag,
      previousMargin: Text,
      nextMargin: Text,
      snapToEdge: Flag,
      displayMultipleItems: { type: Count, value: 1 },
      easingFunction: Text,
    },
    start(self) {
      self.kept = { index: self.data.current ?? 0, asked: self.data.current, from: undefined };
      followFinger(self);
      self.kept.observer = new MutationObserver(() => layOut(self, 0));
      self.kept.observer.observe(self.$$, { childList: true });
      self.kept.timer = window.setInterval(
        () => {
          if (self.data.autoplay && self.kept.from === undefined) {
            turnTo(self, self.kept.index + 1, 'autoplay');
          }
        },
        Math.max(1000, self.data.interval),
      );
    },
    update(self) {
      if (self.data.current !== self.kept.asked) {
        self.kept.asked = self.data.current;
        self.kept.index = self.data.current;
      }
      layOut(self, 0);
    },
    end({ kept }) {
      window.clearInterval(kept.timer);
      kept.observer.disconnect();
    },
  },
  'swiper-item': { properties: { itemId: Text, skipHiddenItemLayout: Flag } },
};

function scrolled(self: BuiltIn): void {
  const { data, kept } = self;
  const { scrollTop, scrollLeft, scrollHeight, scrollWidth, clientHeight } = self.$$;
  const { left = 0, top = 0 } = kept;
  self.fire('scroll', {
    scrollTop,
    scrollLeft,
    scrollHeight,
    scrollWidth,
    deltaX: left - scrollLeft,
    deltaY: top - scrollTop,
  });
  const lower = parseInt(String(data.lowerThreshold), 10) || 50;
  const upper = parseInt(String(data.upperThreshold), 10) || 50;
  const isAtEnd = scrollTop + clientHeight >= scrollHeight - lower;
  const isAtStart = scrollTop <= upper;
  if (data.scrollY && isAtEnd && !kept.isAtEnd) self.fire('scrolltolower', { direction: 'bottom' });
  if (data.scrollY && isAtStart && !kept.isAtStart)
    self.fire('scrolltoupper', { direction: 'top' });
  Object.assign(kept, { left: scrollLeft, top: scrollTop, isAtEnd, isAtStart });
}

function scroll({ $$: element, data, kept }: BuiltIn, side: 'top' | 'left', wanted: unknown): void {
  const to = parseFloat(String(wanted));
  if (Number.isNaN(to) || kept[`asked-${side}`] === to) return;
  kept[`asked-${side}`] = to;
  const behavior = data.scrollWithAnimation ? 'smooth' : 'instant';
  requestAnimationFrame(() => element.scrollTo({ [side]: to, behavior }));
}

function items({ $$: element }: BuiltIn): HTMLElement[] {
  return [...element.children].filter(
    (child) => child.tagName === 'WX-SWIPER-ITEM',
  ) as HTMLElement[];
}

function layOut(self: BuiltIn, dragged: number): void {
  const axis = self.data.vertical ? 'Y' : 'X';
  items(self).forEach((item, index) => {
    item.style.transitionDuration = dragged ? '0s' : `${self.data.duration}ms`;
    item.style.transform = `translate${axis}(calc(${(index - self.kept.index) * 100}% + ${dragged}px))`;
  });
}

function turnTo(self: BuiltIn, wanted: number, source: 'touch' | 'autoplay'): void {
  const count = items(self).length;
  if (!count) return;
  const index = self.data.circular
    ? (wanted + count) % count
    : Math.max(0, Math.min(count - 1, wanted));
  const isOther = index !== self.kept.index;
  self.kept.index = index;
  layOut(self, 0);
  if (!isOther) return;
  const current = index;
  self.fire('change', { current, source, currentItemId: '' });
  window.setTimeout(() => self.fire('animationfinish', { current, source }), self.data.duration);
}

function followFinger(self: BuiltIn): void {
  const { $$: element, kept } = self;
  const at = (touch: Touch): number => (self.data.vertical ? touch.clientY : touch.clientX);
  const listen = (
    type: 'touchstart' | 'touchmove' | 'touchend',
    react: (e: TouchEvent) => void,
  ): void => element.addEventListener(type, react, { passive: true });
  listen('touchstart', (event) => {
    kept.from = at(event.touches[0]);
  });
  listen('touchmove', (event) => {
    if (kept.from !== undefined) layOut(self, at(event.touches[0]) - kept.from);
  });
  listen('touchend', (event) => {
    if (kept.from === undefined) return;
    const dragged = at(event.changedTouches[0]) - kept.from;
    kept.from = undefined;
    if (Math.abs(dragged) > FAR_PX) turnTo(self, kept.index + (dragged < 0 ? 1 : -1), 'touch');
    else layOut(self, 0);
  });
}
