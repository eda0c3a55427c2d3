// The API with images, a trusted job of a pipeline, and Azure's list of versions as a test sets it.
import type { ImageState } from '../../../service/domain/image-state.ts';
import type { JobClaims, RunFacts } from '../../../service/job-ports.ts';
import { now0, settings } from '../../builders.ts';
import { apiFixture, fabrikam, type Answer, type Fixture } from './api-fixture.ts';

export interface ImageFixture extends Fixture {
  versions: ImageState;
  /** `happens` once, between what a change reads and what it writes. */
  readonly meanwhile: { happens: (() => Promise<void>) | null };
  /** By job token. */
  readonly jobs: Map<string, JobClaims>;
  readonly runs: Map<number, RunFacts>;
  readonly changed: string[];
  readonly pin: (change: object, more?: Headers) => Promise<Answer>;
  readonly issue: (role: 'pin' | 'validate', pool?: string) => Promise<string>;
  /** As a pipeline: with a job token, and with a connection token where one is given. */
  readonly asJob: (method: 'GET' | 'POST' | 'DELETE', url: string, job: JobCall) => Promise<Answer>;
}

interface Headers {
  readonly revision?: number | null;
  readonly key?: string | null;
  readonly token?: string;
}

export interface JobCall {
  readonly job: string;
  readonly connection?: string;
  readonly run?: number;
  readonly body?: object;
  readonly revision?: number;
  readonly organization?: string;
}

let keys = 0;
export const newKey = (): string => `key-${String((keys += 1)).padStart(8, '0')}`;

export async function imageFixture(
  change: Parameters<typeof settings>[0] = {},
  listed: ImageState = listOf('1.2.0', '1.1.0', '1.0.0'),
): Promise<ImageFixture> {
  const jobs = new Map<string, JobClaims>();
  const runs = new Map<number, RunFacts>();
  const changed: string[] = [];
  const state = { versions: listed };
  const meanwhile: ImageFixture['meanwhile'] = { happens: null };
  const fixture = await apiFixture({
    readImageVersions: async () => {
      const { happens } = meanwhile;
      meanwhile.happens = null;
      await happens?.();
      return state.versions;
    },
    onImagesChanged: (pool) => changed.push(pool),
    jobTrust: {
      verify: (organization, token) => Promise.resolve(organization === fabrikam ? (jobs.get(token) ?? null) : null),
      readRun: (_organization, _project, run) => Promise.resolve(runs.get(run) ?? null),
    },
  });
  const images = [
    { aliases: ['ubuntu', 'Latest Ubuntu'], source: gallery, version: 'latest', standbyPercent: '*' as const },
  ];
  const record = await fixture.store.readPool('linux');
  await fixture.store.savePool(
    settings({
      name: 'linux',
      organization: fabrikam,
      poolId: 7,
      images,
      laneResourceGroup: '/subscriptions/s/resourceGroups/lanes',
      ...change,
    }),
    record?.revision ?? null,
    false,
  );
  const headersOf = ({ revision = 1, key = newKey() }: Headers) => ({
    ...(revision === null ? {} : { 'if-match': `"${revision}"` }),
    ...(key === null ? {} : { 'idempotency-key': key }),
  });
  const own: Omit<ImageFixture, keyof Fixture | 'versions'> = {
    ...{ jobs, runs, changed, meanwhile },
    pin: (body, more = {}) =>
      fixture.ask('/v1/pools/linux/pins', {
        method: 'POST',
        payload: body,
        headers: headersOf(more),
        ...(more.token === undefined ? {} : { token: more.token }),
      }),
    issue: async (role, pool = 'linux') => {
      const answer = await fixture.ask(`/v1/pools/${pool}/tokens`, {
        method: 'POST',
        payload: { role, name: 'release' },
      });
      return (answer.body as { token: string }).token;
    },
    asJob: (method, url, { job, connection, run, body, revision, organization }) =>
      fixture.ask(url, {
        method,
        token: connection ?? '',
        ...(organization === undefined ? {} : { organization }),
        ...(body === undefined ? {} : { payload: body }),
        headers: {
          'x-weir-job-token': job,
          ...(run === undefined ? {} : { 'x-weir-run': String(run) }),
          ...(method === 'POST' ? headersOf({ revision: revision ?? 1 }) : {}),
        },
      }),
  };
  return Object.assign(fixture, own, {
    get versions() {
      return state.versions;
    },
    set versions(next: ImageState) {
      state.versions = next;
    },
  });
}

/** A job of pipeline 12 in run 345, whose run is in progress and no fork's. */
export function trustJob(
  fixture: ImageFixture,
  job: string,
  claims: Partial<JobClaims> = {},
  run: Partial<RunFacts> = {},
) {
  const whole = {
    projectId: 'p1',
    definitionId: 12,
    runId: 345,
    subject: 'p://fabrikam/web/release',
    tokenId: job,
    ...claims,
  };
  fixture.jobs.set(job, whole);
  const facts = { projectId: 'p1', definitionId: 12, isInProgress: true, isForkPullRequest: false, ...run };
  if (whole.runId !== null) fixture.runs.set(whole.runId, facts);
}

export function listOf(...names: readonly string[]): ImageState {
  return {
    alias: 'ubuntu',
    kind: 'gallery',
    versions: names.map((version) => ({
      version,
      publishedAt: now0 - 90 * 86_400_000,
      provisioningState: 'succeeded' as const,
      isExcludedFromLatest: false,
      endOfLifeAt: null,
      replication: 'replicated' as const,
    })),
  };
}

const gallery = { id: '/subscriptions/s/resourceGroups/i/providers/Microsoft.Compute/galleries/g/images/ubuntu' };
