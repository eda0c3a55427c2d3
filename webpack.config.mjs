// The bundles: the hub and the portal's page for browsers, the service for Node. Select some by name: `--config-name hub`.
// A warning fails the build: an unresolved require or a doubled module is a fault that only a customer would see.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import CssMinimizerPlugin from 'css-minimizer-webpack-plugin';
import HtmlWebpackPlugin from 'html-webpack-plugin';
import MiniCssExtractPlugin from 'mini-css-extract-plugin';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

// Every browser that can open Azure DevOps has these; leaving the polyfills out saves 5 KB of gzip.
const polyfills = [
  'es6-promise/auto',
  'es6-object-assign/auto',
  'es6-string-polyfills',
  'intersection-observer',
  'whatwg-fetch',
];

// webpack's own minimiser with swc instead of terser: half of the build's time, and as small.
const MinimizerPlugin = createRequire(import.meta.resolve('webpack'))('minimizer-webpack-plugin');
const minimizer = new MinimizerPlugin({ minify: MinimizerPlugin.swcMinify });

const failOnWarnings = {
  apply(compiler) {
    compiler.hooks.done.tap('FailOnWarnings', (stats) => {
      if (stats.hasWarnings()) stats.compilation.errors.push(...stats.compilation.warnings);
    });
  },
};

const typescript = {
  test: /\.tsx?$/,
  exclude: /node_modules/,
  loader: 'swc-loader',
  options: {
    jsc: {
      parser: { syntax: 'typescript', tsx: true },
      target: 'es2022',
      transform: { react: { runtime: 'automatic' } },
    },
  },
};

const service = {
  test: /\.ts$/,
  exclude: /node_modules/,
  loader: 'swc-loader',
  options: { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' } },
};

/** What all bundles share. The cache makes a second build take about a second. */
const bundle = (name, more) => ({
  name,
  mode: 'production',
  devtool: false,
  performance: { hints: false },
  cache: {
    type: 'filesystem',
    name,
    cacheDirectory: here('.cache/webpack'),
    buildDependencies: { config: [here('webpack.config.mjs')] },
  },
  stats: 'errors-warnings',
  ...more,
  resolve: { extensions: ['.tsx', '.ts', '.js'], ...more.resolve },
  plugins: [failOnWarnings, ...(more.plugins ?? [])],
});

const page = (name, entry, template, title, publicPath, more = {}) =>
  bundle(name, {
    target: ['web', 'es2022'],
    entry: { [name]: here(entry) },
    output: { path: here(`dist/${name}`), filename: '[name].js', chunkFilename: '[name].js', publicPath, clean: true },
    module: {
      rules: [
        typescript,
        { test: /\.css$/, use: [MiniCssExtractPlugin.loader, { loader: 'css-loader', options: { sourceMap: false } }] },
        { test: /\.(woff2?|ttf|eot|svg|png)$/, type: 'asset/resource', generator: { filename: 'assets/[name][ext]' } },
      ],
    },
    optimization: { splitChunks: false, minimizer: [minimizer, new CssMinimizerPlugin()] },
    plugins: [
      new MiniCssExtractPlugin({ filename: '[name].css', chunkFilename: '[name].css', ignoreOrder: true }),
      new HtmlWebpackPlugin({
        template: here(template),
        filename: `${name}.html`,
        title,
        inject: 'head',
        scriptLoading: 'defer',
      }),
    ],
    ...more,
  });

const tasks = ['ValidateImage', 'PinImageVersion'];

/** The task's description, its icon, and the word that keeps Node from reading the bundle as a module. */
const besideTasks = {
  apply(compiler) {
    compiler.hooks.thisCompilation.tap('BesideTasks', (compilation) => {
      compilation.hooks.processAssets.tap('BesideTasks', () => {
        const { RawSource } = compiler.webpack.sources;
        for (const task of tasks) {
          for (const file of ['task.json', 'icon.png']) {
            compilation.fileDependencies.add(here(`tasks/${task}/${file}`));
            compilation.emitAsset(`${task}/${file}`, new RawSource(readFileSync(here(`tasks/${task}/${file}`))));
          }
          compilation.emitAsset(`${task}/package.json`, new RawSource('{ "type": "commonjs" }\n'));
        }
      });
    });
  },
};

export default [
  page('hub', 'hub/main.tsx', 'hub/hub.html', 'Elastic agents', 'auto', {
    resolve: { alias: Object.fromEntries(polyfills.map((polyfill) => [`${polyfill}$`, false])) },
  }),
  page('portal', 'sandbox/portal/page/main.ts', 'sandbox/portal/page/portal.html', 'Weir sandbox', '/'),
  // Runs from a folder without node_modules. What stands beside its sources (scripts for machines, PGlite's WebAssembly and
  // data) is found by `new URL(…, import.meta.url)` and put beside it.
  bundle('service', {
    target: 'node24',
    experiments: { outputModule: true },
    entry: { weir: here('cli/service.ts') },
    output: {
      path: here('dist/service'),
      filename: '[name].mjs',
      chunkFilename: '[name].mjs',
      assetModuleFilename: '[name][ext]',
      module: true,
      chunkFormat: 'module',
      library: { type: 'module' },
      clean: true,
    },
    // The thread of a what-if becomes a file of its own. Named with its module, for the mere name is taken for a browser's.
    module: { rules: [service], parser: { javascript: { worker: ['Worker from node:worker_threads'] } } },
    resolve: { extensionAlias: { '.js': ['.ts', '.js'] }, alias: { 'pg-native': false } },
    // Readable stacks, and a fifth of the time that minimising takes.
    optimization: { minimize: false },
  }),
  // Each task is one file and what the agent reads beside it. `type: commonjs` holds wherever the folder is unpacked.
  bundle('tasks', {
    target: 'node20',
    entry: Object.fromEntries(tasks.map((task) => [task, here(`tasks/${task}/main.ts`)])),
    output: { path: here('dist/tasks'), filename: '[name]/index.js', clean: true },
    optimization: { minimizer: [minimizer] },
    node: { __dirname: false, __filename: false },
    module: {
      parser: { javascript: { dynamicImportMode: 'eager' } },
      rules: [
        { ...service, options: { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' } } },
        { test: /azure-pipelines-task-lib[\\/]internal\.js$/, loader: here('cli/task-library-loader.cjs') },
      ],
    },
    resolve: { extensionAlias: { '.js': ['.ts', '.js'] } },
    plugins: [besideTasks],
  }),
];
