// What the fake service of the browser tests has to tell: three pools, one of them in full, at one fixed instant.
import type { JobRequestView, LogEntryView, NodeView, PoolSummary, RunJobs, Series } from '../../contract/api.ts';
import type { AgentRolloutView, Banner, Statistics, Timeline } from '../../contract/nodes.ts';
import { livingStatistics, livingTimeline } from './past-scene.ts';
import type { DemandAnswer } from '../../contract/diagnosis.ts';
import type { About } from '../../contract/service.ts';

export interface Scene {
  now: string;
  pools: PoolSummary[];
  nodes: NodeView[];
  jobRequests: JobRequestView[];
  log: LogEntryView[];
  series: Series;
  statistics: Statistics;
  timeline: Timeline;
  problems: string[];
  banners?: Banner[];
  agentRollouts?: AgentRolloutView[];
  demandAnswer: DemandAnswer;
  runJobs: RunJobs['jobs'];
  about: About;
  /** What further parts of a pool answer, by the last part of their path. */
  parts: Record<string, unknown>;
}

const start = Date.parse('2026-11-24T09:00:00Z');
const at = (minutes: number): string => new Date(start + minutes * 60_000).toISOString();

export const organizationUrl = 'https://dev.azure.com/fabrikam';

export function livingScene(): Scene {
  const now = at(180);
  return {
    now,
    pools: [
      pool({
        name: 'linux-build',
        sentence: '2 jobs wait: 2 machines boot, ready in about 70 s.',
        queued: 2,
        running: 4,
        agentsBusy: 4,
        agentsIdle: 1,
        agentsStarting: 2,
        instances: 7,
        maximum: 12,
        observedAt: at(179.9),
      }),
      pool({
        name: 'windows-test',
        osType: 'windows',
        scaleSet: 'windows-agents',
        state: 'atMaximum',
        sentence: '5 jobs wait: the pool is at its maximum of 3, the next agent is free in about 6 min.',
        queued: 5,
        running: 3,
        agentsBusy: 3,
        instances: 3,
        maximum: 3,
      }),
      pool({
        name: 'gpu',
        scaleSet: 'gpu-agents',
        state: 'degraded',
        sentence: 'Azure has no capacity for Standard_NC4as_T4_v3 in westeurope; Weir asks again in 4 min.',
        queued: 1,
        maximum: 2,
      }),
      pool({
        name: 'nightly',
        scaleSet: 'nightly-agents',
        sentence: 'Nothing to do: no job waits and no machine runs.',
        maximum: 40,
      }),
    ],
    nodes: livingNodes(),
    jobRequests: livingJobs(),
    log: livingLog(),
    demandAnswer: {
      ...{ demands: ['CUDA -equals 12'], verdict: 'noAgentMatches', resolvesItself: false },
      words: 'None of 6 agents meets "CUDA -equals 12". The nearest is agent linux-agents_3.',
      nextStep: 'Remove "CUDA -equals 12" from the job, or give an image of this pool what it asks for.',
      estimatedStartSeconds: null,
      nearMisses: [
        { of: 'agent', name: 'linux-agents_3', state: 'busy', fails: [{ demand: 'CUDA -equals 12', has: '11' }] },
        {
          of: 'image',
          name: 'ubuntu-22.04',
          state: 'can be started',
          fails: [{ demand: 'CUDA -equals 12', has: null }],
        },
      ],
      facts: [],
      fits: [],
      pictureAt: now,
    },
    runJobs: [],
    about: { name: 'weir', version: '1.0.0', organizations: [organizationUrl], isSandbox: true },
    parts: {},
    series: livingSeries(),
    statistics: livingStatistics(now),
    timeline: livingTimeline(now),
    problems: [],
  };
}

export function pool(more: Partial<PoolSummary>): PoolSummary {
  return {
    name: 'linux-build',
    organization: organizationUrl,
    poolId: 7,
    scaleSet: 'linux-agents',
    osType: 'linux',
    policy: 'eventDriven',
    state: 'healthy',
    sentence: '',
    agentsIdle: 0,
    agentsBusy: 0,
    agentsStarting: 0,
    queued: 0,
    running: 0,
    instances: 0,
    maximum: 10,
    standby: 0,
    observedAt: at(180),
    ...more,
  };
}

export function node(more: Partial<NodeView>): NodeView {
  return {
    key: 'k',
    name: 'linux-agents_0',
    state: 'idle',
    stateSince: at(170),
    deadlineAt: null,
    agentName: null,
    isEnabled: null,
    isOnline: null,
    instanceName: 'linux-agents_0',
    startedAt: at(150),
    requestId: null,
    jobName: null,
    failure: null,
    ...more,
  };
}

export function job(more: Partial<JobRequestView>): JobRequestView {
  return {
    requestId: 1,
    state: 'queued',
    jobName: 'Build',
    definitionName: 'web-shop',
    runName: '20261124.7',
    queuedAt: at(178),
    startedAt: null,
    finishedAt: null,
    result: null,
    agentName: null,
    demands: [],
    verdict: 'nodeBooting',
    words: '',
    nextStep: null,
    ...more,
  };
}

function livingNodes(): NodeView[] {
  const online = { isEnabled: true, isOnline: true };
  const busy = (id: number, jobName: string, since: number) =>
    node({
      key: `n${id}`,
      name: `linux-agents_${id}`,
      agentName: `linux-agents_${id}`,
      state: 'assigned',
      stateSince: at(since),
      startedAt: at(since - 6),
      jobName,
      requestId: 100 + id,
      ...online,
    });
  return [
    busy(3, 'Build and unit tests', 171),
    busy(4, 'Integration tests (PostgreSQL 17)', 160.5),
    busy(7, 'Lint', 178.8),
    busy(8, 'Package', 176),
    node({
      key: 'n9',
      name: 'linux-agents_9',
      agentName: 'linux-agents_9',
      state: 'idle',
      stateSince: at(177.2),
      startedAt: at(140),
      ...online,
    }),
    node({
      key: 'n12',
      name: 'linux-agents_12',
      state: 'creatingCompute',
      stateSince: at(178.4),
      startedAt: at(178.4),
      deadlineAt: at(198),
    }),
    node({
      key: 'n13',
      name: 'linux-agents_13',
      agentName: 'linux-agents_13',
      isEnabled: false,
      isOnline: false,
      state: 'startingAgent',
      stateSince: at(179.5),
      startedAt: at(177),
      deadlineAt: at(189),
    }),
  ];
}

function livingJobs(): JobRequestView[] {
  const running = (id: number, jobName: string, minute: number): JobRequestView =>
    job({
      requestId: 100 + id,
      jobName,
      state: 'running',
      verdict: 'running',
      words: `Runs on linux-agents_${id}.`,
      queuedAt: at(minute - 2.2),
      startedAt: at(minute),
      agentName: `linux-agents_${id}`,
    });
  return [
    job({
      requestId: 120,
      jobName: 'End to end (Chromium)',
      runName: '20261124.9',
      queuedAt: at(178.3),
      words: 'linux-agents_13 boots for it and is expected in about 70 s.',
    }),
    job({
      requestId: 121,
      jobName: 'Train model',
      definitionName: 'forecast',
      runName: '20261124.2',
      queuedAt: at(165),
      verdict: 'noAgentMatches',
      words: 'No agent of this pool has the capability CUDA, and no image of the pool brings it.',
      nextStep: 'Remove the demand "CUDA -equals 12" from the pipeline, or add it to the pool\'s custom capabilities.',
      demands: ['CUDA -equals 12', 'Agent.OS -equals Linux'],
    }),
    running(3, 'Build and unit tests', 171),
    running(4, 'Integration tests (PostgreSQL 17)', 160.5),
    running(7, 'Lint', 178.8),
    running(8, 'Package', 176),
    job({
      requestId: 99,
      jobName: 'Lint',
      runName: '20261124.6',
      state: 'finished',
      verdict: 'finished',
      result: 'succeeded',
      words: 'Waited 1 min for a machine to boot.',
      queuedAt: at(168),
      startedAt: at(169.1),
      finishedAt: at(170.5),
      agentName: 'linux-agents_9',
    }),
    job({
      requestId: 98,
      jobName: 'Package',
      runName: '20261124.5',
      state: 'finished',
      verdict: 'finished',
      result: 'failed',
      words: 'Waited 4 s: an agent was idle.',
      queuedAt: at(150),
      startedAt: at(150.1),
      finishedAt: at(163),
      agentName: 'linux-agents_4',
    }),
  ];
}

function livingLog(): LogEntryView[] {
  const words: [LogEntryView['kind'], string, LogEntryView['level'], string | null][] = [
    ['scaleOut', 'Two jobs wait and no agent is free: capacity from 5 to 7.', 'info', null],
    ['enable', 'The agent is online and every queued job it could get may run on it.', 'info', 'linux-agents_9'],
    ['reclaim', 'Idle for 30 min with no job waiting: the machine is deleted.', 'info', 'linux-agents_2'],
    ['wait', 'Azure asked to rest for 20 s (429); nothing is changed until then.', 'warning', null],
    ['reimage', 'Its job has ended and this pool recycles after each use.', 'info', 'linux-agents_4'],
    ['alarm', 'The start-up script ended with exit code 7: the machine is given up.', 'error', 'linux-agents_6'],
  ];
  return Array.from({ length: 130 }, (_, index) => {
    const [kind, text, level, name] = words[index % words.length]!;
    return {
      id: 1000 - index,
      at: at(179.5 - index * 1.7),
      level,
      kind,
      reason: { code: `${kind}Reason`, words: text },
      node: name,
      request: kind === 'scaleOut' ? 120 : null,
      outcome: kind === 'wait' ? '' : 'done',
    };
  });
}

function livingSeries(): Series {
  const minutes = Array.from({ length: 181 }, (_, minute) => minute);
  const load = minutes.map((minute) =>
    Math.max(0, Math.round(4 + 3 * Math.sin(minute / 17 - 3.6) + 2 * Math.sin(minute / 5 - 4))),
  );
  const agents = minutes.map((minute) => Math.max(...load.slice(Math.max(0, minute - 9), Math.max(1, minute - 1))));
  const busy = minutes.map((minute) => Math.min(load[minute]!, agents[minute]!));
  const starting = minutes.map((minute) => Math.max(0, load[minute]! - agents[minute]!));
  return {
    at: minutes.map(at),
    queued: minutes.map((minute) => load[minute]! - busy[minute]!),
    agentsBusy: busy,
    agentsIdle: minutes.map((minute) => agents[minute]! - busy[minute]!),
    agentsStarting: starting,
    instances: minutes.map((minute) => agents[minute]! + starting[minute]!),
  };
}
