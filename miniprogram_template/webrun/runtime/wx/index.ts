/** `wx`: one family of functions per module. A name that none of them has is noted as unknown. */
import { noteUnknown } from '../record';
import { addAccount } from './account';
import { addAnimation } from './animation';
import { addDevice } from './device';
import type { Host, Wx } from './api';
import { addFeedback } from './feedback';
import { addMedia } from './media';
import { addNavigation } from './navigation';
import { addNetwork } from './network';
import { addPayment } from './payment';
import { addPrivacy } from './privacy';
import { addShare } from './share';
import { addStorage } from './storage';
import { addSystem } from './system';
import { addTabBar } from './tabbar';

const FAMILIES = [
  addAccount, addAnimation, addDevice, addFeedback, addMedia, addNavigation, addNetwork,
  addPayment, addPrivacy, addShare, addStorage, addSystem, addTabBar,
]; // prettier-ignore

/** Return the `wx` of this run. */
export function makeWx(host: Host): Wx {
  const wx: Wx = {};
  for (const addFamily of FAMILIES) addFamily(wx, host);
  wx.canIUse = (feature: string) => feature.split('.')[0] in wx;
  return new Proxy(wx, {
    get(known, name) {
      if (typeof name === 'string' && !(name in known)) noteUnknown(name);
      return Reflect.get(known, name) as unknown;
    },
  });
}
