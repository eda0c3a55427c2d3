// Two kinds of project: the hub in jsdom as CommonJS, and everything else in bare Node, which reads our TypeScript by itself. Bare Node shares
// modules between the files of a worker and is half as long about the simulator as jest's own sandbox (docs/decisions/0020).
// Parallel workers share two cores, so browser and end-to-end tests have generous limits of their own.
/** The service's bundle has a copy of package.json beside it, which is no second package. */
const built = { modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/out/'] };

const node = (name, folders) => ({
  ...built,
  displayName: name,
  runner: 'jest-light-runner/child-process',
  setupFiles: ['<rootDir>/test/runner/register.mjs'],
  testMatch: folders.map((folder) => `<rootDir>/test/${folder}/**/*.test.ts`),
});

export default {
  cacheDirectory: '.cache/jest',
  testTimeout: 120_000,
  testSequencer: '<rootDir>/test/runner/long-first.mjs',
  // Its own choice would leave one of two cores idle.
  maxWorkers: '100%',
  reporters: [['default', { summaryThreshold: 0 }], '<rootDir>/test/closing-line.mjs'],
  projects: [
    node('node', [
      'cli',
      'contract',
      'service',
      'sandbox',
      'tasks',
      'stories',
      'conformance',
      'properties',
      'tidy',
      'deploy',
    ]),
    node('end-to-end', ['browser', 'end-to-end', 'package']),
    node('simulation', ['simulation']),
    {
      ...built,
      displayName: 'hub',
      testEnvironment: 'jsdom',
      transform: {
        '^.+\\.m?[tj]sx?$': [
          '@swc/jest',
          {
            jsc: {
              parser: { syntax: 'typescript', tsx: true },
              target: 'es2022',
              transform: { react: { runtime: 'automatic' } },
            },
            module: { type: 'commonjs' },
          },
        ],
      },
      transformIgnorePatterns: [
        '/node_modules/(?!(azure-devops-ui|azure-devops-extension-api|azure-devops-extension-sdk|d3-[a-z-]+|internmap|uplot|@sinclair)/)',
      ],
      moduleNameMapper: {
        '\\.(css|scss)$': '<rootDir>/test/hub/empty-style.cjs',
        '^azure-devops-extension-sdk$': '<rootDir>/node_modules/azure-devops-extension-sdk/esm/SDK.js',
      },
      setupFiles: ['<rootDir>/test/hub/browser-stubs.cjs'],
      testMatch: ['<rootDir>/test/hub/**/*.test.{ts,tsx}'],
    },
  ],
};
