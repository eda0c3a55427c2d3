// I-23 of jobs that name nothing: they run on the first image, in a version that it stood for. Azure DevOps gives them to any
// machine, so no other machine may be open while such a job waits, unless for a job that names it and goes first. A job that
// was queued between two looks is given away before anybody can know: that is counted, and is no breach.
import type { JournalEvent } from '../journal.ts';
import { isByController, numberIn, textIn, type Checker, type Report } from './checker.ts';

/** So often the service may be told of the job and still be on its way to close the machine: a pass, and one that failed. */
const mostRounds = 3;

interface Wish {
  readonly isPlain: boolean;
  readonly image: string | null;
  readonly version: string | null;
}

interface Made {
  readonly image: string;
  readonly version: string;
}

/** For how long other machines were open to a job that names nothing, and how many such jobs ran there. */
export interface GateWindow {
  count: number;
  longestSeconds: number;
  jobs: number;
}

interface Gate {
  readonly window: GateWindow;
  first: string | null;
  recycles: boolean;
  controllers: number;
  readonly wishes: Map<number, Wish>;
  /** Nobody has them yet, in truth. */
  readonly waiting: Set<number>;
  readonly holds: Map<number, number>;
  /** Machines of another image than the first, or of a version that it never stood for. */
  readonly others: Map<string, Made>;
  readonly machineOf: Map<number, string>;
  /** Agent of such a machine that came up open or that Weir opened → how often it was told of a wrong job since and did not close it. */
  readonly open: Map<number, number>;
  /** Agent → since when it is free and open to a wrong job; seconds. */
  readonly exposed: Map<number, number>;
  told: readonly number[];
  areAgentsTold: boolean;
}

export function gateChecker(window: GateWindow = { count: 0, longestSeconds: 0, jobs: 0 }): Checker {
  const gate: Gate = {
    ...{ window, first: null, recycles: true, controllers: 0, told: [], areAgentsTold: false },
    ...{ wishes: new Map(), waiting: new Set(), holds: new Map(), others: new Map(), machineOf: new Map() },
    ...{ open: new Map(), exposed: new Map() },
  };
  return (event, report) => {
    if (event.kind === 'poolSettings') {
      gate.first = textIn(event, 'firstImage');
      gate.recycles = event.recycleAfterEachUse === true;
    }
    if (gate.first === null) return;
    if (event.kind === 'serviceStart')
      gate.controllers = Math.max(gate.controllers, numberIn(event, 'controller') ?? 1);
    if (event.kind === 'wire') wire(gate, event);
    else if (numberIn(event, 'request') !== null) job(gate, event, numberIn(event, 'request') ?? 0, report);
    else machine(gate, event, report);
    measure(gate, event.t);
  };
}

function job(gate: Gate, event: JournalEvent, request: number, report: Report): void {
  const agent = numberIn(event, 'agent');
  switch (event.kind) {
    case 'jobQueued':
      gate.wishes.set(request, wishOf(event));
      if (event.admissible === true) gate.waiting.add(request);
      return;
    case 'jobAssigned':
      gate.waiting.delete(request);
      if (agent !== null) assigned(gate, event, request, agent, report);
      return;
    case 'jobFinished':
    case 'jobLost':
      gate.waiting.delete(request);
      if (agent !== null) gate.holds.delete(agent);
  }
}

function assigned(gate: Gate, event: JournalEvent, request: number, agent: number, report: Report): void {
  gate.holds.set(agent, request);
  const made = gate.others.get(gate.machineOf.get(agent) ?? '');
  if (made === undefined || gate.wishes.get(request)?.isPlain !== true) return;
  gate.window.jobs += 1;
  const rounds = gate.open.get(agent) ?? 0;
  if (rounds < mostRounds || gate.controllers > 1) return;
  const words = `Job request ${String(request)} names no image and got ${wordOf(made)}, which was left open for ${String(rounds)} looks at it.`;
  report(event.t, words, 'I-23');
}

function machine(gate: Gate, event: JournalEvent, report: Report): void {
  const [agent, vmId] = [numberIn(event, 'agent'), textIn(event, 'vmId')];
  if (event.kind === 'instanceCreated' && vmId !== null) {
    const [image, version] = [textIn(event, 'image'), textIn(event, 'version')];
    const isOther = image !== gate.first || event.isUsual !== true;
    if (image !== null && version !== null && isOther) gate.others.set(vmId, { image, version });
  }
  if (agent === null) return;
  if (event.kind === 'agentRegistered' && vmId !== null) registered(gate, agent, vmId);
  if (event.kind === 'agentDisabled' || event.kind === 'agentDeleted') gate.open.delete(agent);
  const made = gate.others.get(gate.machineOf.get(agent) ?? '');
  if (event.kind !== 'agentEnabled' || !isByController(event) || made === undefined) return;
  gate.open.set(agent, 0);
  const wrong = wrongOnes(gate, made);
  if (wrong.length === 0 || gate.controllers > 1) return;
  const words = `Agent ${String(agent)} of ${wordOf(made)} was opened for nobody, while job request ${String(wrong[0])} names no image and waits.`;
  report(event.t, words, 'I-23');
}

/** Every registration goes out open, and is closed after that where its machine is of another image. */
function registered(gate: Gate, agent: number, vmId: string): void {
  gate.machineOf.set(agent, vmId);
  if (gate.others.has(vmId)) gate.open.set(agent, 0);
}

/** Only where it was told of the queue and of the agents the service could have closed what it had opened. */
function wire(gate: Gate, event: JournalEvent): void {
  if (event.call === 'listAgents' && event.status === 200) gate.areAgentsTold = true;
  const agent = numberIn(event, 'agent');
  if (event.call === 'patchAgent' && event.enabled === false && agent !== null && gate.open.has(agent))
    gate.open.set(agent, 0);
  if (event.call !== 'jobRequests' || !Array.isArray(event.waiting)) return;
  gate.told = event.waiting.map(Number);
  if (!gate.areAgentsTold) return;
  gate.areAgentsTold = false;
  for (const [open, rounds] of gate.open) {
    const made = gate.others.get(gate.machineOf.get(open) ?? '');
    const isSafe = made === undefined || wrongOnes(gate, made).length === 0 || (gate.recycles && gate.holds.has(open));
    gate.open.set(open, isSafe ? 0 : rounds + 1);
  }
}

/** Of what the service was last told: jobs that name nothing and wait, unless a job is among it that names this machine. */
function wrongOnes(gate: Gate, made: Made): readonly number[] {
  const isMeant = gate.told.some((request) => {
    const wish = gate.wishes.get(request);
    if (wish === undefined || wish.isPlain || wish.image !== made.image) return false;
    return wish.version === null || wish.version === made.version;
  });
  if (isMeant) return [];
  return gate.told.filter((request) => gate.waiting.has(request) && gate.wishes.get(request)?.isPlain === true);
}

function measure(gate: Gate, t: number): void {
  const isAwaited = [...gate.waiting].some((request) => gate.wishes.get(request)?.isPlain === true);
  for (const agent of gate.open.keys())
    if (isAwaited && !gate.holds.has(agent) && !gate.exposed.has(agent)) gate.exposed.set(agent, t);
  for (const [agent, since] of gate.exposed) {
    if (isAwaited && gate.open.has(agent) && !gate.holds.has(agent)) continue;
    gate.exposed.delete(agent);
    gate.window.count += 1;
    gate.window.longestSeconds = Math.max(gate.window.longestSeconds, Math.round((t - since) * 1000) / 1000);
  }
}

/** Azure DevOps adds a demand of its own to each job. */
function wishOf(event: JournalEvent): Wish {
  const demands = Array.isArray(event.demands) ? event.demands.map(String) : [];
  const isPlain = demands.every((demand) => demand.startsWith('Agent.Version '));
  return { isPlain, image: textIn(event, 'image'), version: textIn(event, 'version') };
}

function wordOf({ image, version }: Made): string {
  return `image ${image}, version ${version}`;
}
