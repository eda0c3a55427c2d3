// The bundles: the hub and the portal's page for browsers. Select one by name: `--config-name hub portal`.
// A warning fails the build: an unresolved require or a doubled module is a fault that only a customer would see.
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
    optimization: { splitChunks: false, minimizer: ['...', new CssMinimizerPlugin()] },
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

export default [
  page('hub', 'hub/main.tsx', 'hub/hub.html', 'Elastic agents', 'auto', {
    resolve: { alias: Object.fromEntries(polyfills.map((polyfill) => [`${polyfill}$`, false])) },
  }),
  page('portal', 'sandbox/portal/page/main.ts', 'sandbox/portal/page/portal.html', 'Weir sandbox', '/'),
];
