/** Addresses inside the package: `/x.png` is a file of the mini-program, not of the host. */
import { readGiven } from './config';

let base: string | undefined;

/** Return what a browser must fetch for an address as WXML has it. */
export function assetUrl(address: string): string {
  if (!address || /^[a-z]+:|^\/\//.test(address)) return address;
  base ??= readGiven().assets;
  return base + address.replace(/^\//, '');
}
