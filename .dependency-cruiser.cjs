// The import table of docs/architecture.md as one allow-list: what is not named here may not be imported.
const own = (from, ...to) => ({ from: { path: from }, to: { path: to } });

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, pathNot: ['\\.d\\.ts$', '^cli/', '^tasks/', '^sandbox/portal/page/', '^hub/'] },
      to: {},
    },
    {
      name: 'domain-is-pure',
      severity: 'error',
      from: { path: '^service/domain' },
      to: { pathNot: '^service/domain' },
    },
    {
      name: 'entries-are-entries',
      severity: 'error',
      from: { pathNot: '^(cli|test)/' },
      to: { path: '^(cli/|service/main\\.ts|hub/main\\.tsx)' },
    },
  ],
  allowed: [
    own('^service/domain/', '^service/domain/'),
    own('^contract/', '^contract/', 'node_modules/@sinclair/typebox'),
    own('^service/(wire|answer|retry|steady)\\.ts', '^service/((ports|problem)\\.ts|domain/instant-text\\.ts)'),
    own(
      '^service/(ports|problem|placeholder-rows|(job-)?history)\\.ts',
      '^service/(domain/|ports\\.ts|problem\\.ts|records\\.ts|placeholder-rows\\.ts|(job-)?history\\.ts)',
    ),
    own('^service/(image|doctor|replay)-port\\.ts', '^service/domain/'),
    own('^service/what-if/', '^service/(what-if/|domain/|replay-port\\.ts)'),
    own(
      '^service/(pool-places|azure-lists|agent-packages|never-connected)\\.ts',
      '^service/(domain/|ports\\.ts|problem\\.ts|steady\\.ts)',
    ),
    own('^service/((image|agent|model)-records|pool-life|node-wishes)\\.ts', '^service/(domain/|records\\.ts)'),
    own('^service/file-pools\\.ts', '^service/(domain/|ports\\.ts|problem\\.ts|pool-life\\.ts|config\\.ts)'),
    own(
      '^service/validation/',
      '^service/(validation/|domain/|ports\\.ts|image-port\\.ts|problem\\.ts|records\\.ts|image-records\\.ts|agent-records\\.ts|steady\\.ts|never-connected\\.ts)',
    ),
    own(
      '^service/doctor/',
      '^service/(doctor/|domain/|ports\\.ts|doctor-port\\.ts|image-port\\.ts|problem\\.ts|records\\.ts|(image|model)-records\\.ts|steady\\.ts)',
    ),
    own(
      '^service/(wall|send|tls-files)\\.ts',
      '^service/(domain/|ports\\.ts|problem\\.ts)',
      '^contract/',
      'node_modules',
    ),
    own('^service/config(/|\\.ts)', '^service/(config/|domain/|problem\\.ts)', 'node_modules/yaml'),
    own(
      '^service/controller/',
      '^service/(controller/|domain/|ports\\.ts|problem\\.ts|(image|agent|model)-records\\.ts|pool-life\\.ts|node-wishes\\.ts|history\\.ts|steady\\.ts|never-connected\\.ts)',
      '^contract/',
    ),
    own(
      '^service/azure/',
      '^service/(azure/|domain/|ports\\.ts|azure-lists\\.ts|image-port\\.ts|doctor-port\\.ts|problem\\.ts|wire\\.ts|answer\\.ts|retry\\.ts|steady\\.ts)',
      'node_modules',
    ),
    own(
      '^service/azure-devops/',
      '^service/(azure-devops/|domain/|ports\\.ts|doctor-port\\.ts|job-ports\\.ts|pipelines-port\\.ts|pool-places\\.ts|problem\\.ts|wire\\.ts|answer\\.ts|retry\\.ts|steady\\.ts)',
      'node_modules',
    ),
    own(
      '^service/discovery/',
      '^service/(discovery/|domain/|ports\\.ts|pipelines-port\\.ts|problem\\.ts|steady\\.ts)',
      'node_modules/yaml',
    ),
    own(
      '^service/store/',
      '^service/(store/|domain/|ports\\.ts|placeholder-rows\\.ts|(job-)?history\\.ts|problem\\.ts|records\\.ts)',
      'node_modules',
    ),
    own(
      '^service/api/',
      '^service/(api/|domain/|ports\\.ts|job-ports\\.ts|replay-port\\.ts|doctor-port\\.ts|problem\\.ts|records\\.ts|image-records\\.ts|pool-life\\.ts|pool-places\\.ts|azure-lists\\.ts|node-wishes\\.ts|history\\.ts)',
      '^contract/',
      'node_modules',
    ),
    own(
      '^service/enrolment/',
      '^service/(enrolment/|domain/|ports\\.ts|problem\\.ts|records\\.ts|image-records\\.ts|agent-records\\.ts|steady\\.ts)',
      '^contract/',
      'node_modules',
    ),
    own('^service/(main|service|service-images)\\.ts', '^service/', '^contract/', 'node_modules'),
    own('^hub/', '^hub/', '^contract/', 'node_modules'),
    // Beside the contract the service's static checks and nothing else of it (docs/decisions/0012).
    own(
      '^tasks/',
      '^tasks/',
      '^contract/',
      '^service/(domain/(image-check|instance)|azure/(image-facts|plain-call)|problem)\\.ts',
      'node_modules',
    ),
    own('^sandbox/http-message\\.ts', '^sandbox/http-message\\.ts'),
    own('^sandbox/serve\\.ts', '^sandbox/http-message\\.ts'),
    own('^sandbox/azure/', '^sandbox/(azure/|http-message\\.ts)'),
    own('^sandbox/azure-devops/', '^sandbox/(azure-devops/|http-message\\.ts)'),
    own('^sandbox/(certificate|attestation)\\.ts', 'node_modules'),
    own('^sandbox/machine/', '^sandbox/(machine/|azure/guest\\.ts|http-message\\.ts)'),
    own('^sandbox/portal/', '^sandbox/(portal/|http-message\\.ts)', 'node_modules'),
    own('^sandbox/(world|workload)/', '^sandbox/', '^service/(?!main\\.ts|config)', '^contract/', 'node_modules'),
    own('^cli/', '^cli/', '^service/', '^sandbox/', '^contract/', 'node_modules'),
    { from: {}, to: { dependencyTypes: ['core'] } },
  ],
  allowedSeverity: 'error',
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|out|\\.cache)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.mjs', '.cjs', '.js', '.css', '.scss'] },
  },
};
