/** One script with the runner, the templates, the styles and the mini-program's code. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import esbuild from 'esbuild';
import { WEBRUN } from '../../tools/paths';
import type { AppJson, PackageSource } from './package';
import { compileStyle, compileStyles } from './styles';
import { compileTemplates } from './templates';

/** Write `<out>/app.js`. */
export async function bundle(source: PackageSource, out: string): Promise<void> {
  const result = await esbuild.build({
    stdin: { contents: entry(source), resolveDir: WEBRUN, loader: 'js', sourcefile: 'entry.js' },
    outfile: path.join(out, 'app.js'),
    bundle: true,
    format: 'iife',
    target: 'es2020',
    charset: 'utf8',
    minify: true,
    keepNames: true,
    legalComments: 'none',
    logLevel: 'silent',
    plugins: [npmOf(source)],
  });
  for (const warning of result.warnings) source.problems.push(`esbuild: ${warning.text}`);
}

function entry(source: PackageSource): string {
  const text = JSON.stringify;
  const styles = compileStyles(source);
  const components = [...source.components.values()].map(
    (one) =>
      `${text(one.is)}: { json: ${text(one.json)}, dependencies: ${text(one.dependencies)}, ` +
      `style: ${text(styles[one.is] ?? null)}, ` +
      `load: () => require(${text(path.join(source.root, one.script))}) }`,
  );
  const app = source.has('app.ts') ? 'app.ts' : 'app.js';
  const css = source.has('app.wxss') ? compileStyle(source, 'app.wxss') : '';
  return `import { boot } from './runtime/boot';
boot({
  app: ${text(withIcons(source))},
  pages: ${text(source.pages)},
  css: ${text(css)},
  templates: ${compileTemplates(source)},
  runApp: () => require(${text(path.join(source.root, app))}),
  components: { ${components.join(',\n')} },
});`;
}

/** WeChat reads the tabs' icons from the package, without a request: here they are in the script. */
function withIcons(source: PackageSource): AppJson {
  const { tabBar, ...app } = source.app;
  if (!tabBar) return app;
  const read = (icon?: string): string => {
    if (!icon) return '';
    if (!source.has(icon)) {
      source.problems.push(`app.json: ${icon} is not there`);
      return '';
    }
    const data = readFileSync(path.join(source.root, icon)).toString('base64');
    return `data:image/png;base64,${data}`;
  };
  const list = tabBar.list.map((tab) => ({
    ...tab,
    iconPath: read(tab.iconPath),
    selectedIconPath: read(tab.selectedIconPath),
  }));
  return { ...app, tabBar: { ...tabBar, list } };
}

/** Imports of packages are looked for in miniprogram_npm, as WeChat does. */
function npmOf(source: PackageSource): esbuild.Plugin {
  return {
    name: 'miniprogram_npm',
    setup(build) {
      build.onResolve({ filter: /^[^./]/ }, ({ path: wanted, importer }) => {
        if (!importer.startsWith(source.root + path.sep)) return undefined;
        const folder = path.posix.relative(source.root, path.dirname(importer)) || '.';
        const script = source.findNpm(wanted, folder, (file) => source.has(`${file}.js`));
        const file = script ? `${script}.js` : source.findNpm(wanted, folder, (f) => source.has(f));
        return file
          ? { path: path.join(source.root, file) }
          : { errors: [{ text: `"${wanted}" is not in miniprogram_npm` }] };
      });
    },
  };
}
