import { api } from '../../utils/api';
import { chooseLanguage, language, say, type Language } from '../../utils/i18n';
import { shopPage } from '../../utils/page';
import { forget, isSignedIn, signIn } from '../../utils/session';
import { loadTheme, paintTabBar, theme } from '../../utils/theme';

const LANGUAGES: { id: Language; name: string }[] = [
  { id: 'zh-Hans', name: '简体中文' },
  { id: 'en', name: 'English' },
];

/** The visitor's own page. */
shopPage({
  title: 'me',
  words: ['signIn', 'signOut', 'signInHint', 'visitor', 'language', 'callShop'],
  data: {
    isSignedIn: false,
    nickname: '',
    languageName: '',
    phone: '',
  },

  async load() {
    paintTabBar();
    const look = theme() ?? (await loadTheme());
    const signedIn = isSignedIn();
    const nickname = signedIn ? (await api.get('/me', { isMine: true })).nickname : '';
    this.setData({
      isSignedIn: signedIn,
      nickname: nickname || say(signedIn ? 'customer' : 'visitor'),
      phone: look.service_phone,
      languageName: LANGUAGES.find(({ id }) => id === language())?.name ?? '',
    });
  },

  shown() {
    paintTabBar();
    void this.reload();
  },

  async signIn() {
    await this.attempt(signIn);
    await this.reload();
  },

  async signOut() {
    await this.attempt(() => api.post('/logout'));
    forget();
    await this.reload();
  },

  async changeLanguage() {
    const itemList = LANGUAGES.map(({ name }) => name);
    const told = await wx.showActionSheet({ itemList }).catch(() => undefined); // cancelled
    const chosen = told && LANGUAGES[told.tapIndex];
    if (!chosen) return;
    chooseLanguage(chosen.id);
    this.onShow();
  },

  call() {
    void wx.makePhoneCall({ phoneNumber: this.data.phone });
  },
});
