/** Boxes: view, text and what only groups. */
import { inVw } from '../../rpx';
import { Flag, Text, type Family } from './define';

export const containers: Family = {
  view: {},
  text: {
    properties: { selectable: Flag, userSelect: Flag, space: Text, decode: Flag },
    update({ $$: element, data }) {
      element.style.userSelect = data.selectable || data.userSelect ? 'text' : '';
    },
  },
  span: {},
  'cover-view': {},
  'page-container': { properties: { show: Flag } },
  'root-portal': { properties: { enable: { type: Flag, value: true } } },
  'page-meta': {
    properties: { pageStyle: Text, rootFontSize: Text, backgroundColor: Text },
    update({ $$: element, data }) {
      const page = element.closest<HTMLElement>('wx-page');
      if (page) page.style.cssText = inVw(data.pageStyle ?? '');
    },
  },
};
