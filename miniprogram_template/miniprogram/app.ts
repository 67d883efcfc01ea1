import { fallBackTo, startLanguage } from './utils/i18n';
import { refreshTheme, theme } from './utils/theme';
import { watchNetwork } from './utils/network';
import { watchPrivacy } from './utils/privacy';

App({
  onLaunch() {
    startLanguage();
    const known = theme();
    if (known) fallBackTo(known.language);
    watchNetwork();
    watchPrivacy();
  },
  /** A change of look shows the next time the mini-program is opened: no release is needed. */
  onShow() {
    void refreshTheme();
  },
});
