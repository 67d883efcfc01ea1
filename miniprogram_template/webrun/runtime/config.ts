/** What the build and the server give to the runner. */
import type { AppJson, ComponentJson } from '../build/package';

export interface BuiltComponent {
  json: ComponentJson;
  dependencies: string[];
  style: { scope?: string; css: string } | null;
  /** Run its script, which calls Page, Component or Behavior. */
  load: () => void;
}

export interface Built {
  app: AppJson;
  pages: string[];
  /** The app's own style, as CSS. */
  css: string;
  templates: Record<string, unknown>;
  runApp: () => void;
  components: Record<string, BuiltComponent>;
}

/** Written into the page by the server (platform/preview): whose shop this is. */
export interface Given {
  /** What `ext.json` holds in WeChat. */
  ext: Record<string, unknown>;
  appid: string;
  /** Where the bundle's own files are, with a slash at the end. */
  assets: string;
  /** Where wx.login and wx.requestPayment are simulated; empty where they are not. */
  simulator: string;
  /** WeChat's setting of the text size: 16 is usual, 23 the largest. */
  fontSize: number;
  /** What WeChat would call its own language: zh_CN or en. */
  language: string;
}

/** Read what the server gave from the page's `<script type="application/json" id="given">`. */
export function readGiven(): Given {
  const element = document.getElementById('given');
  if (!element?.textContent) throw new Error('the page gives no shop');
  return JSON.parse(element.textContent) as Given;
}
