/** Pictures and drawing: image, cover-image, icon, progress, canvas. */
import { assetUrl } from '../assets';
import { Count, Flag, Text, type Family } from './define';

const FITS: Record<string, string> = { aspectFit: 'contain', aspectFill: 'cover', center: 'none' };
const SIGNS: Record<string, string> = {
  success: '✔',
  warn: '!',
  info: 'i',
  clear: '✖',
  cancel: '✖',
};

export const pictures: Family = {
  image: {
    properties: {
      src: Text,
      mode: { type: Text, value: 'scaleToFill' },
      lazyLoad: Flag,
      webp: Flag,
      showMenuByLongpress: Flag,
    },
    start(self) {
      const image = document.createElement('img');
      self.kept.image = image;
      self.$$.appendChild(image);
      image.addEventListener('load', () => {
        const { naturalWidth: width, naturalHeight: height } = image;
        const { $$: element, data } = self;
        if (data.mode === 'widthFix') {
          element.style.height = `${(element.clientWidth * height) / width}px`;
        }
        if (data.mode === 'heightFix') {
          element.style.width = `${(element.clientHeight * width) / height}px`;
        }
        self.fire('load', { width, height });
      });
      image.addEventListener('error', () =>
        self.fire('error', { errMsg: `GET ${image.src} fail` }),
      );
    },
    update({ data, kept }) {
      const image = kept.image as HTMLImageElement;
      image.alt = data.ariaLabel ?? '';
      image.loading = data.lazyLoad ? 'lazy' : 'eager';
      image.style.objectFit = FITS[data.mode as string] ?? 'fill';
      const src = assetUrl(data.src as string);
      if (src && image.getAttribute('src') !== src) image.src = src;
    },
  },
  'cover-image': {
    properties: { src: Text },
    start(self) {
      self.kept.image = self.$$.appendChild(document.createElement('img'));
    },
    update({ data, kept }) {
      kept.image.src = assetUrl(data.src as string);
    },
  },
  icon: {
    properties: { type: Text, size: { type: null, value: 23 }, color: Text },
    update({ $$: element, data }) {
      element.textContent = SIGNS[data.type as string] ?? '●';
      element.style.fontSize = `${parseFloat(String(data.size))}px`;
      element.style.color = data.color;
    },
  },
  progress: {
    properties: {
      percent: Count,
      strokeWidth: { type: null, value: 6 },
      activeColor: { type: Text, value: '#09bb07' },
      backgroundColor: { type: Text, value: '#ebebeb' },
    },
    start({ $$: element }) {
      element.appendChild(document.createElement('div'));
      element.setAttribute('role', 'progressbar');
    },
    update({ $$: element, data }) {
      const bar = element.firstElementChild as HTMLElement;
      element.setAttribute('aria-valuenow', String(data.percent));
      element.style.background = data.backgroundColor;
      bar.style.background = data.activeColor;
      bar.style.width = `${data.percent}%`;
      bar.style.height = `${parseFloat(String(data.strokeWidth))}px`;
    },
  },
  canvas: {
    properties: { type: Text, canvasId: Text, disableScroll: Flag },
    start(self) {
      self.$$.appendChild(document.createElement('canvas'));
    },
  },
};
