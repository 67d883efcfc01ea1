// What is wrong with the page on the screen, as sentences. Runs in the mini-program's frame.
// A rectangle here is what is left of an element after everything around it has cut it off.
(() => {
  const page = document.querySelector('wx-page:not([wx-hidden])');
  const width = innerWidth, height = innerHeight, rpx = width / 750;
  const CONTROLS = 'wx-button, wx-input, wx-textarea, wx-switch, [role=button], [role=radio], ' +
    '[role=checkbox], [role=switch], [role=tab], [role=link], [role=textbox]';
  const found = [];
  const styles = new Map();
  const style = e => { if (!styles.has(e)) styles.set(e, getComputedStyle(e)); return styles.get(e); };
  const brief = e => {
    const path = [];
    for (let up = e; up && up !== page && path.length < 3; up = up.parentElement) {
      const name = String(up.getAttribute('class') || '').trim().split(/\s+/)[0].replace(/^s\w+--/, '');
      path.unshift(up.tagName.toLowerCase().replace('wx-', '') + (name ? `.${name}` : ''));
    }
    const words = (e.getAttribute('aria-label') || e.textContent || '').trim().slice(0, 24);
    return `${path.join(' ')} “${words}”`;
  };
  const ups = e => { const all = []; for (let u = e; u && u !== document; u = u.parentElement) all.push(u); return all; };
  const isShown = e => {
    const box = e.getBoundingClientRect();
    return box.width > 0 && box.height > 0 &&
      ups(e).every(u => style(u).visibility !== 'hidden' && Number(style(u).opacity) > 0.01);
  };
  const scrolls = (e, axis) => e !== page && /auto|scroll/.test(style(e)[`overflow${axis}`]) ||
    e.matches('wx-swiper, wx-swiper-item');
  const layer = e => ups(e).find(u => /fixed|sticky/.test(style(u).position)) || page;
  const around = (a, b) => a.contains(b) || b.contains(a);
  const meet = (a, b) => {
    const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    return wide > 2 && high > 2;
  };

  // An open sheet or dialog stands before everything else.
  const dialogs = [...page.querySelectorAll('[role=dialog]')].filter(isShown);
  const root = dialogs.length ? dialogs[dialogs.length - 1] : page;
  const elements = [...root.querySelectorAll('*')].filter(isShown);

  // --- text: every line of every piece of text ---------------------------------------------------
  const texts = [];
  for (const e of elements) {
    for (const node of e.childNodes) {
      if (node.nodeType !== 3 || !node.textContent.trim()) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const lines = [...range.getClientRects()].filter(r => r.width > 0.5 && r.height > 0.5);
      if (lines.length) texts.push({ e, lines });
    }
  }

  const isClamped = e => style(e).textOverflow === 'ellipsis' || Number(style(e).webkitLineClamp) > 0;
  for (const { e, lines } of texts) {
    const chain = ups(e).filter(u => u === root || root.contains(u));
    const isEllipsis = chain.some(isClamped);
    const isInScroller = axis => chain.some(u => scrolls(u, axis));
    for (const line of lines) {
      if (!isInScroller('X') && !isEllipsis && (line.right > width + 1 || line.left < -1)) {
        found.push(`outside: ${brief(e)}`);
        break;
      }
      const cutter = chain.find(u => {
        if (isEllipsis || u === page || scrolls(u, 'X') || scrolls(u, 'Y')) return false;
        const box = u.getBoundingClientRect();
        const ink = line.height * 0.12; // a line's box is higher than its letters
        const isX = style(u).overflowX !== 'visible' && (line.right > box.right + 1 || line.left < box.left - 1);
        const isY = style(u).overflowY !== 'visible' &&
          (line.bottom - ink > box.bottom + 1 || line.top + ink < box.top - 1);
        return (isX && !isInScroller('X')) || (isY && !isInScroller('Y'));
      });
      if (cutter) { found.push(`cut: ${brief(e)} by ${brief(cutter)}`); break; }
    }
  }

  for (const e of elements) {
    const box = e.getBoundingClientRect();
    if ((box.right > width + 1 || box.left < -1) && !ups(e).some(u => u !== e && scrolls(u, 'X')) &&
        !ups(e.parentElement).some(u => u !== page && root.contains(u) && style(u).overflowX === 'hidden'))
      found.push(`outside: ${brief(e)}`);
  }

  // --- nothing lies on something else ------------------------------------------------------------
  const controls = elements.filter(e => e.matches(CONTROLS));
  const visible = (from, box) => {
    let { left, top, right, bottom } = box;
    for (const u of ups(from)) {
      if (u === page || style(u).overflow === 'visible') continue;
      const cut = u.getBoundingClientRect();
      left = Math.max(left, cut.left); right = Math.min(right, cut.right);
      top = Math.max(top, cut.top); bottom = Math.min(bottom, cut.bottom);
    }
    return { left, top, right, bottom };
  };
  // Words that are put upon a picture, and lie within it.
  const isLabelOf = (label, picture) => picture.querySelector('wx-image') &&
    ups(label).some(u => style(u).position === 'absolute' && !u.contains(picture) &&
      u.getBoundingClientRect().bottom <= picture.getBoundingClientRect().bottom + 1);
  const things = [
    ...controls.map(e => ({ e, layer: layer(e), boxes: [visible(e.parentElement, e.getBoundingClientRect())] })),
    ...texts.map(({ e, lines }) => ({ e, layer: layer(e), isText: true, boxes: lines.map(line => {
      const trim = line.height * 0.15;
      return visible(e, { left: line.left, right: line.right, top: line.top + trim, bottom: line.bottom - trim });
    }) })),
  ];
  const reach = thing => ({
    left: Math.min(...thing.boxes.map(b => b.left)), right: Math.max(...thing.boxes.map(b => b.right)),
    top: Math.min(...thing.boxes.map(b => b.top)), bottom: Math.max(...thing.boxes.map(b => b.bottom)),
  });
  things.forEach(thing => { thing.reach = reach(thing); });
  for (let i = 0; i < things.length; i += 1) {
    for (let k = i + 1; k < things.length; k += 1) {
      const a = things[i], b = things[k];
      if (a.layer !== b.layer || a.e === b.e || around(a.e, b.e) || !meet(a.reach, b.reach)) continue;
      if (isLabelOf(a.e, b.e) || isLabelOf(b.e, a.e)) continue;
      if (a.boxes.some(one => b.boxes.some(other => meet(one, other))))
        found.push(`overlap: ${brief(a.e)} and ${brief(b.e)}`);
    }
  }
  // At the end of the page nothing may be hidden behind a bar at the bottom.
  if (page.scrollTop + page.clientHeight >= page.scrollHeight - 1) {
    const bars = elements.filter(e => style(e).position === 'fixed' && e.getBoundingClientRect().height < height / 2);
    for (const bar of bars) {
      const box = bar.getBoundingClientRect();
      for (const thing of things) {
        if (thing.layer === page && thing.boxes.some(one => meet(one, box)))
          found.push(`covered: ${brief(thing.e)} by ${brief(bar)}`);
      }
    }
  }

  // --- fingers, names, pictures ------------------------------------------------------------------
  const LEAST = 88 * rpx - 1;
  for (const e of controls) {
    if (e.matches('wx-input, wx-textarea, wx-switch, [role=switch], [role=textbox]')) continue;
    if (e.parentElement.closest('[role=button], [role=radio], [role=checkbox], wx-button')) continue;
    const box = e.getBoundingClientRect();
    if (box.height < LEAST || box.width < LEAST)
      found.push(`small: ${brief(e)} is ${Math.round(box.width)} × ${Math.round(box.height)}`);
  }
  const DENSE = 3; // pixels of a good phone for one of ours
  const MOST = 2; // the renditions are 200, 400 and 800 px wide
  const SMALL = 200;
  for (const e of elements.filter(each => each.matches('wx-image'))) {
    if (!e.getAttribute('aria-label') && e.getAttribute('aria-hidden') !== 'true')
      found.push(`no words: ${brief(e)}`);
    const img = e.querySelector('img');
    const box = e.getBoundingClientRect();
    if (!img || !img.naturalWidth) continue;
    if (img.naturalWidth > box.width * DENSE * MOST && img.naturalWidth > SMALL)
      found.push(`heavy: ${brief(e)} loads ${img.naturalWidth} px for ${Math.round(box.width)}`);
    if (img.naturalWidth < box.width) found.push(`blurred: ${brief(e)} has ${img.naturalWidth} px for ${Math.round(box.width)}`);
  }

  // --- contrast, WCAG 2.2 1.4.3; what is disabled is exempt, and so is text on a picture -----------
  const parse = value => {
    const parts = (value.match(/[\d.]+/g) || []).map(Number);
    return value.startsWith('color(') ? [parts[0] * 255, parts[1] * 255, parts[2] * 255, parts[3] ?? 1]
      : [parts[0], parts[1], parts[2], parts[3] ?? 1];
  };
  const over = (top, under) => top.slice(0, 3).map((part, at) => part * top[3] + under[at] * (1 - top[3]));
  const light = ([r, g, b]) => {
    const part = v => { const c = v / 255; return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  const ground = e => {
    const coats = [];
    for (const u of ups(e)) {
      if (style(u).backgroundImage !== 'none') return null;
      const coat = parse(style(u).backgroundColor);
      if (coat[3] > 0) coats.push(coat);
      if (coat[3] >= 1) break;
      // A sibling that fills the same place, such as a picture, is a ground that we cannot know.
      if (style(u).position === 'absolute' && u.parentElement.querySelector('wx-image')) return null;
    }
    return coats.reverse().reduce((under, coat) => over(coat, under), [255, 255, 255]);
  };
  for (const { e, lines } of texts) {
    if (ups(e).some(u => u.getAttribute('aria-disabled') === 'true' || /disabled/.test(u.getAttribute('class') || ''))) continue;
    const under = ground(e);
    if (!under) continue;
    const ink = parse(style(e).webkitTextFillColor || style(e).color);
    const fade = ups(e).reduce((all, u) => all * Number(style(u).opacity), 1);
    const shown = over([...ink.slice(0, 3), ink[3] * fade], under);
    const [high, low] = [light(shown), light(under)].sort((x, y) => y - x);
    const ratio = (high + 0.05) / (low + 0.05);
    const size = parseFloat(style(e).fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(style(e).fontWeight) >= 700);
    if (ratio < (isLarge ? 3 : 4.5) - 0.01 && lines.length)
      found.push(`faint: ${brief(e)} ${ratio.toFixed(2)} : 1`);
  }
  return [...new Set(found)];
})()
