/** In which language the mini-program speaks, and its words. */
import { en } from './words/en';
import { zhHans, type Word, type Words } from './words/zh-Hans';

export type Language = 'zh-Hans' | 'en';
export type { Word } from './words/zh-Hans';

const KEY = 'language';
const DICTIONARIES: Record<Language, Words> = { 'zh-Hans': zhHans, en };
let current: Language = 'zh-Hans';

/** Speak as the visitor chose, else as WeChat does. */
export function startLanguage(): void {
  const chosen = wx.getStorageSync(KEY) as Language | '';
  current = chosen || ofSystem() || current;
}

/** Speak as the shop does, where neither the visitor nor WeChat say anything we know. */
export function fallBackTo(language: Language): void {
  if (!wx.getStorageSync(KEY) && !ofSystem()) current = language;
}

/** The visitor chooses. */
export function chooseLanguage(language: Language): void {
  current = language;
  wx.setStorageSync(KEY, language);
}

export function language(): Language {
  return current;
}

/** Return one sentence, with `{name}` filled in. */
export function say(word: Word, values: Record<string, string | number> = {}): string {
  return DICTIONARIES[current][word].replace(/\{(\w+)\}/g, (_all, name: string) =>
    String(values[name]),
  );
}

/** Return the words that a page's WXML uses, for its `w`. */
export function pick(words: readonly Word[]): Partial<Words> {
  return Object.fromEntries(words.map((word) => [word, DICTIONARIES[current][word]]));
}

function ofSystem(): Language | undefined {
  const system = wx.getAppBaseInfo().language.toLowerCase();
  if (system.startsWith('zh')) return 'zh-Hans';
  return system.startsWith('en') ? 'en' : undefined;
}
