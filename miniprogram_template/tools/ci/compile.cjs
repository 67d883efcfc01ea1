/**
 * Compile the template with WeChat's own compiler, without WeChat's servers.
 *
 * miniprogram-ci asks servicewechat.com for the project's attributes, by a signature of the
 * developer's key. We answer that question ourselves (its internal `CIProject.prototype.attr`: the
 * version is pinned), with WeChat's limits, and give a key that is thrown away. "Valid" here means
 * that the compiler takes the source; nothing is uploaded or reviewed.
 */
const { generateKeyPairSync } = require('node:crypto');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const ci = require('miniprogram-ci');
const { CIProject } = require('miniprogram-ci/dist/project/ciProject.js');

const ATTRIBUTES = {
  platform: false,
  appType: 0,
  isSandbox: false,
  released: false,
  gameApp: false,
  appName: 'template',
  appImageUrl: '',
  setting: {
    MaxCodeSize: 2,
    MaxSubpackageSubCodeSize: 2,
    MaxSubpackageFullCodeSize: 20,
    NavigateMiniprogramLimit: 10,
    MaxSubPackageLimit: 100,
    MinTabbarCount: 2,
    MaxTabbarCount: 5,
    MaxTabbarIconSize: 40,
  },
};
const SETTING = {
  es6: true,
  es7: true,
  minify: true,
  minifyWXML: true,
  minifyWXSS: true,
  ignoreUploadUnusedFiles: true,
  useCompilerPlugins: ['typescript'],
};

CIProject.prototype.attr = async () => ATTRIBUTES;

async function main() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'xiaopu-compile-'));
  const project = path.join(folder, 'project');
  const privateKeyPath = path.join(folder, 'key.pem');
  const root = path.resolve(__dirname, '../..');
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  fs.writeFileSync(privateKeyPath, privateKey.export({ type: 'pkcs1', format: 'pem' }));
  // Only what WeChat would get: the compiler reads everything below its project.
  for (const name of ['miniprogram', 'project.config.json', 'tsconfig.json', 'api']) {
    fs.cpSync(path.join(root, name), path.join(project, name), { recursive: true });
  }
  const zip = path.join(folder, 'compiled.zip');
  try {
    const made = new ci.Project({
      appid: 'wx0123456789abcdef',
      type: 'miniProgram',
      projectPath: project,
      privateKeyPath,
      ignores: ['node_modules/**/*'],
    });
    const given = { project: made, version: '0.0.1', desc: 'offline', setting: SETTING };
    await ci.getCompiledResult({ ...given, onProgressUpdate: () => undefined }, zip);
    console.log(`compiled: ${Math.round(fs.statSync(zip).size / 1000)} kB zipped`);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

main().then(
  () => process.exit(0),
  (error) => {
    console.error(String(error?.message ?? error).slice(0, 3000));
    process.exit(1); // its workers would keep the process alive
  },
);
