/** A mini-program's source tree: its pages, and every component that can be reached from them. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const { posix } = path;

/** What a component's or page's JSON file may say. */
export interface ComponentJson {
  component?: boolean;
  usingComponents?: Record<string, string>;
  componentGenerics?: Record<string, { default?: string } | boolean>;
  styleIsolation?: string;
  [name: string]: unknown;
}

export interface TabItem {
  pagePath: string;
  text: string;
  iconPath?: string;
  selectedIconPath?: string;
}

export interface AppJson {
  pages: string[];
  subPackages?: { root: string; pages: string[] }[];
  subpackages?: { root: string; pages: string[] }[];
  usingComponents?: Record<string, string>;
  darkmode?: boolean;
  requiredPrivateInfos?: string[];
  window?: Record<string, unknown>;
  tabBar?: { list: TabItem[] } & Record<string, unknown>;
}

export interface ComponentSource {
  /** Path without ending, from the root of the source. */
  is: string;
  json: ComponentJson;
  dependencies: string[];
  /** The file of its code: `.ts` or `.js`. */
  script: string;
}

/** The source tree of one mini-program, read once. */
export class PackageSource {
  readonly app: AppJson;
  readonly pages: string[];
  readonly components = new Map<string, ComponentSource>();
  readonly problems: string[] = [];
  private readonly common: Record<string, string> = {};

  constructor(readonly root: string) {
    this.app = JSON.parse(this.read('app.json')) as AppJson;
    const subpackages = this.app.subPackages ?? this.app.subpackages ?? [];
    this.pages = [
      ...this.app.pages,
      ...subpackages.flatMap((sub) => sub.pages.map((page) => posix.join(sub.root, page))),
    ];
    for (const [name, wanted] of Object.entries(this.app.usingComponents ?? {})) {
      const found = this.find(wanted, '.', 'app.json');
      if (found) this.common[name] = found;
    }
    for (const is of [...Object.values(this.common), ...this.pages]) this.visit(is, 'app.json');
  }

  read(file: string): string {
    return readFileSync(path.join(this.root, file), 'utf8');
  }

  has(file: string): boolean {
    return existsSync(path.join(this.root, file));
  }

  /** Return the file of an npm package that is imported in `folder`, as WeChat looks for it. */
  findNpm(wanted: string, folder: string, fits: (file: string) => boolean): string | undefined {
    for (let at = folder; ; at = posix.dirname(at)) {
      const base = posix.join(at, 'miniprogram_npm', wanted);
      const found = [base, `${base}/index`].find(fits);
      if (found) return found;
      if (at === '.' || at === '') return undefined;
    }
  }

  private isComponent(is: string): boolean {
    return this.has(`${is}.json`) && (this.has(`${is}.js`) || this.has(`${is}.ts`));
  }

  private find(wanted: string, folder: string, from: string): string | undefined {
    const places = wanted.startsWith('/')
      ? [wanted.slice(1)]
      : [posix.normalize(posix.join(folder, wanted)), wanted];
    const fits = (is: string): boolean => this.isComponent(is);
    const found =
      places.flatMap((place) => [place, `${place}/index`]).find(fits) ??
      this.findNpm(wanted, folder, fits);
    if (!found) this.problems.push(`${from}: there is no component ${wanted}`);
    return found;
  }

  private visit(is: string, from: string): void {
    if (this.components.has(is)) return;
    if (!this.isComponent(is)) {
      this.problems.push(`${from}: ${is} is no page or component`);
      return;
    }
    const json = JSON.parse(this.read(`${is}.json`)) as ComponentJson;
    const folder = posix.dirname(is);
    const using: Record<string, string> = {};
    for (const [name, target] of Object.entries(this.common)) using[name] = `/${target}`;
    const dependencies = Object.values(this.common);
    for (const [name, wanted] of Object.entries(json.usingComponents ?? {})) {
      const target = this.find(wanted, folder, `${is}.json`);
      if (!target) continue;
      using[name] = `/${target}`;
      dependencies.push(target);
    }
    for (const generic of Object.values(json.componentGenerics ?? {})) {
      if (typeof generic !== 'object' || !generic.default) continue;
      const target = this.find(generic.default, folder, `${is}.json`);
      if (!target) continue;
      generic.default = `/${target}`;
      dependencies.push(target);
    }
    const script = this.has(`${is}.ts`) ? `${is}.ts` : `${is}.js`;
    const whole = { ...json, usingComponents: using };
    this.components.set(is, { is, json: whole, dependencies, script });
    for (const dependency of dependencies) this.visit(dependency, is);
  }
}
