// The scene of the browser tests with text that means harm wherever somebody outside chose it: names of all things, demands, branches,
// people, and what both clouds answer.
import type { PoolDeletion } from '../../contract/new-pool.ts';
import { imageParts } from './image-scene.ts';
import { agentRollout } from './past-scene.ts';
import { livingScene, node, type Scene } from './scene.ts';
import { finished, poolSettings, whatIfParts } from './what-if-scene.ts';

/** Markup, no blank in 300 characters, marks above marks, an open turn to the right with a script of that side, nothing. */
export const kinds = [
  '<img src=x onerror="parent.hacked=1"><b class="injected">bold</b>',
  'x'.repeat(300),
  `Z${'\u0301\u0323'.repeat(40)}algo`,
  '\u202Eevil مرحبا بالعالم',
  '',
];

/** Of fields that hold words of the contract nothing is changed. */
const free = new Set(
  [
    'name sentence scaleSet jobName definitionName runName agentName instanceName failure words nextStep message node outcome',
    'image imageVersion workFolder workFolderProblem savedBecause problem demand demands has facts problems alias aliases source',
    'sources value labels by reason banner alarm title startedBy createdBy consoleTail computerName missingRights because',
    'notCovered notes goes command location resourceGroup size lacks json fileName cannot evidence bash powershell cmd',
  ].flatMap((line) => line.split(' ')),
);

export const hostilePool = kinds.join(' ').trim();

export function hostileScene(): Scene {
  const next = dealer();
  const living = livingScene();
  const { scene, parts } = spoiled(
    { scene: { ...living, ...more(living, next) }, parts: { ...imageParts(), ...checks() } },
    next,
  );
  const [first, ...others] = scene.pools;
  scene.pools = [{ ...first!, name: hostilePool }, ...others];
  const ran = spoiled(finished, next, 'rows');
  const settings = { ...poolSettings, name: hostilePool, ...lists };
  const deletion = { ...spoiled(leaving, next), waiting: 1 };
  scene.parts = {
    ...{ ...parts, ...whatIfParts(ran), ...making(next), deletion },
    settings: { settings, revision: 7, isManagedByFile: false, mayChange: true, savedBy: next(), savedAt: living.now },
  };
  return scene;
}

/** What the organisation itself answers to who makes or adopts a pool, by the end of the path. */
export function hostileOrganization(): Record<string, readonly unknown[]> {
  const next = dealer();
  const named = () => ({ id: 1, name: next(), message: next() });
  return {
    pools: [{ ...named(), name: hostilePool }],
    projects: [named(), named(), named()],
    elasticpools: [
      { poolId: 1, azureId: `/subscriptions/s/resourceGroups/g/providers/p/v/${next()}`, osType: 'linux' },
    ],
    logs: kinds.map(named),
    nodes: [],
  };
}

/** Each with a number of its own, so that two names of a list are two. */
function dealer(): () => string {
  let dealt = 0;
  return () => {
    const kind = kinds[dealt % kinds.length]!;
    dealt += 1;
    return kind === '' ? '' : `${kind}${dealt}`;
  };
}

function spoiled<T>(value: T, next: () => string, ...kept: readonly string[]): T {
  return spoil(value, next, kept, false) as T;
}

function spoil(value: unknown, next: () => string, kept: readonly string[], isFree: boolean): unknown {
  if (typeof value === 'string') return isFree ? next() : value;
  if (Array.isArray(value)) return value.map((one) => spoil(one, next, kept, isFree));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => {
      if (kept.includes(name)) return [name, part];
      const isWords = free.has(name) || (isFree && typeof part === 'string');
      return [name, spoil(part, next, kept, isWords)];
    }),
  );
}

function more({ now, jobRequests, demandAnswer }: Scene, next: () => string): Partial<Scene> {
  const { nearMisses, facts } = demandAnswer;
  const beside = { nearMisses, facts: [...facts, 'x', 'x', 'x'], position: 2, runId: 7 };
  const operation = { kind: 'delete', phase: 'draining', words: 'x', startedAt: now, phaseSince: now, problem: 'x' };
  const step = () => ({ name: 'x', code: next(), level: 'error' as const, message: 'x' });
  const told = {
    failure: 'x',
    image: 'x',
    imageVersion: 'x',
    agentVersion: '5.1.0',
    workFolder: 'x',
    workFolderProblem: 'x',
  };
  const requests = jobRequests.map((one) => ({ ...one, ...beside }));
  return {
    jobRequests: requests,
    nodes: Array.from({ length: 12 }, (_, index) =>
      node({
        key: `k${index}`,
        agentName: 'x',
        jobName: 'x',
        ...told,
        operation,
        steps: [step(), step()],
      }),
    ),
    problems: ['x', 'x'],
    banners: [
      { code: 'panicStopped', level: 'error', words: 'x' },
      { code: 'scaleSetContended', level: 'warning', words: 'x' },
    ],
    agentRollouts: [agentRollout()],
    runJobs: requests.slice(0, 2).map((request) => ({ pool: 'linux-build', request })),
  };
}

function checks(): Record<string, unknown> {
  const commands = { bash: 'x', powershell: 'x', cmd: 'x' };
  const check = (code: string, status: string) => ({
    ...{ code, title: 'x', status, words: 'x', evidence: [{ name: 'x', value: 'x' }] },
    fix: { words: 'x', commands, canFix: true, cannot: null },
  });
  const right = (who: string) => ({
    ...{ who, title: 'x', status: 'error', words: 'x', lacks: ['x', 'x'] },
    role: { name: 'x', fileName: 'x', json: 'x', scope: 'x' },
    fix: { words: 'x', commands },
  });
  const now = '2026-11-24T12:00:00Z';
  return {
    checks: {
      ...{ now, pool: 'x', scaleSet: { id: 'x', name: 'x' }, errors: 2, warnings: 1, mayFix: true },
      checks: [check('a', 'error'), check('b', 'warning'), check('c', 'ok')],
      rights: [right('service'), right('azureDevOps'), right('user')],
      fixes: [{ at: now, by: 'x', check: 'a', title: 'x', outcome: 'done', words: 'x' }],
    },
  };
}

const leaving: PoolDeletion = {
  ...{ now: '2026-11-24T12:00:00Z', isDeleting: false, since: null, by: null, machines: 1, busy: 1, placeholders: 2 },
  ...{ scaleSets: 1, validations: 0, waiting: 1, problems: ['x'], goes: ['x', 'x'] },
  stays: [{ words: 'x', command: 'x' }],
};

/** What the service tells of Azure to who makes a pool. */
function making(next: () => string): Record<string, unknown> {
  const id = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachineScaleSets/v';
  const set = (number: number, refusal: string | null) => ({
    ...{ id: `${id}${number}`, name: next(), resourceGroup: next(), location: next(), size: next(), osType: 'linux' },
    ...{ image: next(), capacity: 1, refusal },
  });
  const machine = (vmId: string) => ({ vmId, name: next(), state: next(), createdAt: null });
  return {
    subscriptions: { subscriptions: kinds.map((_, index) => ({ id: `s${index}`, name: next() })) },
    'scale-sets': { scaleSets: [set(0, null), set(1, next()), set(2, next())] },
    machines: { scaleSet: set(0, null), machines: [machine('a'), machine('b'), machine('c')] },
    'image-guide': { steps: kinds.map((_, index) => guideStep(index, next)) },
  };
}

/** The names that somebody typed stand everywhere but in its title. */
function guideStep(index: number, next: () => string) {
  const commands = { bash: next(), powershell: next(), cmd: next() };
  return { title: `Step ${index}`, words: next(), commands, inside: next() };
}

const lists = {
  images: [{ aliases: kinds.map((kind) => `a${kind}`), source: null, version: 'latest', standbyPercent: '*' }],
  demands: {
    workFolders: kinds.map((kind) => `/${kind}`),
    customCapabilities: kinds.map((kind) => `c${kind}`),
    versionOverride: 'validated',
  },
};
