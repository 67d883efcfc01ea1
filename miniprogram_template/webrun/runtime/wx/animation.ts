/** wx.createAnimation: collects steps; the built-ins play them. */
import type { Wx } from './api';

const STYLES = ['opacity', 'width', 'height', 'backgroundColor', 'top', 'left', 'right', 'bottom'];

export function addAnimation(wx: Wx): void {
  wx.createAnimation = (usual: object = {}) => {
    const actions: object[] = [];
    let transforms: string[] = [];
    let styles: Record<string, unknown> = {};
    const animation: object = new Proxy(
      {},
      {
        get: (_target, name: string) => {
          if (name === 'export') return () => ({ actions: actions.splice(0) });
          if (name === 'step') {
            return (own: object = {}) => {
              const style = { ...styles, transform: transforms.join(' ') };
              actions.push({ ...usual, ...own, style });
              transforms = [...transforms];
              styles = { ...styles };
              return animation;
            };
          }
          return (...given: unknown[]) => {
            if (STYLES.includes(name)) styles[name] = withUnit(name, given[0]);
            else
              transforms.push(`${name}(${given.map((value) => measured(name, value)).join(',')})`);
            return animation;
          };
        },
      },
    );
    return animation;
  };
}

function withUnit(name: string, value: unknown): unknown {
  return typeof value === 'number' && name !== 'opacity' ? `${value}px` : value;
}

function measured(name: string, value: unknown): string {
  if (typeof value !== 'number') return String(value);
  if (name.startsWith('translate')) return `${value}px`;
  return /^(rotate|skew)/.test(name) ? `${value}deg` : String(value);
}
