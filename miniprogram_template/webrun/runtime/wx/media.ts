/** Choosing and showing pictures. */
import { assetUrl } from '../assets';
import { add, Failed, type Wx } from './api';
import { element } from './dialogs';

export function addMedia(wx: Wx): void {
  add(wx, {
    chooseMedia: async ({ count = 9, mediaType = ['image'] }) => {
      const accept = mediaType.includes('video') ? 'image/*,video/*' : 'image/*';
      const files = await pick(accept, count);
      const tempFiles = files.map((file) => ({
        tempFilePath: URL.createObjectURL(file),
        size: file.size,
        fileType: file.type.startsWith('video') ? 'video' : 'image',
      }));
      return { type: mediaType.includes('video') ? 'mix' : 'image', tempFiles };
    },
    chooseImage: async ({ count = 9 }) => {
      const files = await pick('image/*', count);
      const tempFilePaths = files.map((file) => URL.createObjectURL(file));
      const tempFiles = files.map(({ size }, index) => ({ size, path: tempFilePaths[index] }));
      return { tempFilePaths, tempFiles };
    },
    previewImage: ({ urls, current = urls[0] }) => showPicture(current),
    getImageInfo: async ({ src }) => {
      const image = new Image();
      image.src = assetUrl(src);
      await image.decode();
      return { width: image.naturalWidth, height: image.naturalHeight, path: src };
    },
  });
}

function pick(accept: string, count: number): Promise<File[]> {
  return new Promise((resolve, reject) => {
    const input = document.createElement('input');
    input.type = 'file';
    input.accept = accept;
    input.multiple = count > 1;
    input.hidden = true;
    document.body.append(input);
    input.addEventListener('change', () => {
      resolve([...(input.files ?? [])].slice(0, count));
      input.remove();
    });
    input.addEventListener('cancel', () => {
      reject(new Failed('cancel'));
      input.remove();
    });
    input.click();
  });
}

function showPicture(url: string): void {
  const mask = element('div', 'wxui-mask wxui-viewer');
  mask.setAttribute('role', 'dialog');
  const image = document.createElement('img');
  image.src = assetUrl(url);
  image.alt = '';
  mask.append(image);
  mask.addEventListener('click', () => mask.remove());
  document.body.append(mask);
}
