import { startLanguage } from './utils/i18n';
import { refreshTheme } from './utils/theme';
import { watchNetwork } from './utils/network';

App({
  onLaunch() {
    startLanguage();
    watchNetwork();
  },
  /** A change of look shows the next time the mini-program is opened: no release is needed. */
  onShow() {
    void refreshTheme();
  },
});
