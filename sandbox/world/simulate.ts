// One run: the whole of Weir in the world that a seed drew, first under faults, then in calm, judged event by event.
import type { AgentKeys } from '../../service/enrolment/keys.ts';
import { memoryStoreWithBackups } from '../../service/store/memory-store.ts';
import { seededRandom } from '../../service/domain/chance.ts';
import type { Send } from '../http-message.ts';
import { Faults } from './faults.ts';
import { imageNames, type ImageNames } from './image-names.ts';
import type { IncarnationOptions } from './incarnation.ts';
import { Invariants } from './invariants/all.ts';
import type { Violation } from './invariants/checker.ts';
import type { GateWindow } from './invariants/gate.ts';
import { Journal, type JournalEvent } from './journal.ts';
import type { CrashPoint } from './life.ts';
import { MachineFaults } from './machine-faults.ts';
import { Meddlers } from './meddlers.ts';
import type { RunOptions } from './options.ts';
import { People } from './people.ts';
import { addPipeline, layOutGallery, preparationMilliseconds, Publishers } from './publishers.ts';
import type { World } from './moving-world.ts';
import { countWorstMoment, watchingQuota } from './standing-faults.ts';
import { settingsLine } from './settings-line.ts';
import { registerStranger } from './stranger.ts';
import { resting } from './resting.ts';
import { Restores } from './restores.ts';
import { aroundService, surroundingsOf, type Surroundings } from './surroundings.ts';
import { scaleSetTruth } from './scale-set-truth.ts';
import { Validators } from './validators.ts';
import { VerdictReader, type KeptInstance } from './verdict-reader.ts';
import { verdictOf, type SimulationVerdict } from './verdict.ts';
import { wireTap } from './wire-tap.ts';
import { createWorld, digestOf } from './world.ts';

export interface Simulation {
  readonly seed: number;
  readonly verdict: SimulationVerdict;
  readonly violations: readonly Violation[];
  readonly jobs: number;
  readonly simulatedHours: number;
  /** Of the gate between images: how often a machine was open to a job that was not for it, and how many such jobs came. */
  readonly gateWindow: Readonly<GateWindow>;
  /** Fault id → how often it changed what the service saw, or the world. */
  readonly effectiveFaults: Readonly<Record<string, number>>;
}

export interface SimulateParts extends Pick<IncarnationOptions, 'ports' | 'line'> {
  readonly generateKeys: () => Promise<AgentKeys>;
  readonly onEvent?: (event: JournalEvent) => void;
  /** What stands between the service and the network: a planted bug. */
  readonly wire?: (send: Send) => Send;
  /** The run ends where this law is first seen broken: what comes after is of no interest to whoever waits for it. */
  readonly endsWith?: (invariant: string) => boolean;
  /** Asked at every call of a port, before chance is: where the process ends by plan. */
  readonly crashAt?: (call: string) => CrashPoint | null;
}

/** Monday 5 January 2026, midnight UTC. */
const startAt = Date.UTC(2026, 0, 5);
/** The bound of liveness: so long after the last job ended, however long the queue is, everything has come to rest. */
const boundMilliseconds = 5 * 3_600_000;

export async function simulate(options: RunOptions, parts: SimulateParts): Promise<Simulation> {
  const invariants = new Invariants();
  const onWire = (line: JournalEvent) => invariants.see(line);
  const onEvent = (event: JournalEvent) => {
    parts.onEvent?.(event);
    invariants.see(event);
  };
  const isSeen = () => invariants.violations.some(({ invariant }) => parts.endsWith?.(invariant) === true);
  const run = new Run(options, parts, onEvent, onWire, isSeen);
  let crash: Violation | null = null;
  try {
    await run.play();
  } catch (error) {
    const words = error instanceof Error ? (error.stack ?? error.message) : String(error);
    crash = { invariant: 'crash', t: run.seconds, words };
  }
  const violations = crash === null ? invariants.violations : [...invariants.violations, crash];
  return {
    seed: options.seed,
    verdict: verdictOf(violations),
    violations,
    jobs: run.world?.queued.length ?? 0,
    simulatedHours: Math.round(run.seconds / 36) / 100,
    gateWindow: invariants.gateWindow,
    effectiveFaults: Object.fromEntries([...run.faults.effective].toSorted(([a], [b]) => (a < b ? -1 : 1))),
  };
}

class Run {
  world: World | null = null;
  readonly faults: Faults;
  readonly #machines: MachineFaults;
  readonly #surroundings: Surroundings;
  readonly #options: RunOptions;
  readonly #parts: SimulateParts;
  readonly #onEvent: (event: JournalEvent) => void;
  readonly #onWire: (line: JournalEvent) => void;
  readonly #isSeen: () => boolean;
  #destroyed = 0;
  #progressAt = startAt;
  /** Chance of what is neither on the wire nor a person's. */
  readonly #random: () => number;
  #journal: Journal | null = null;
  #backUp: () => () => void = () => () => undefined;
  readonly #names: ImageNames | null;
  /** Until the pool is known, its id is not, and nothing of it can happen. */
  #poolId = -1;

  constructor(
    options: RunOptions,
    parts: SimulateParts,
    onEvent: (event: JournalEvent) => void,
    onWire: (line: JournalEvent) => void,
    isSeen: () => boolean,
  ) {
    this.#isSeen = isSeen;
    this.#options = options;
    this.#names = options.images.length === 0 ? null : imageNames(options.images);
    this.#parts = parts;
    this.#onWire = onWire;
    this.#onEvent = (event) => {
      const isDestruction = event.kind === 'instanceDeleted' || event.kind === 'instanceReimaged';
      if (isDestruction && event.by === 'controller') this.#destroyed += 1;
      if (event.kind === 'jobFinished' || event.kind === 'jobLost') this.#progressAt = startAt + event.t * 1000;
      onEvent(event);
    };
    this.#random = seededRandom(options.seed * 4001 + 5);
    const onFault = (id: string, did: string): void => this.faults.count(id, did);
    const troubles = { seed: options.seed, startAt, onFault, isCalm: () => this.faults.isCalm };
    this.#surroundings = surroundingsOf({ ...troubles, strengths: options.surroundings });
    this.faults = new Faults({
      seed: options.seed,
      startAt,
      strengths: options.strengths,
      hitsVersions: options.images.length > 0,
      onFault: (id, did) => this.#note('fault', { id, did }),
      digest: () => (this.world === null ? '' : digestOf(this.world.clouds)),
      more: this.#surroundings.links === null ? [] : [{ id: 'S3', apply: this.#surroundings.links.apply }],
    });
    this.#machines = new MachineFaults({ ...troubles, strengths: options.machines });
  }

  get seconds(): number {
    return this.world === null ? 0 : (this.world.clock.now() - startAt) / 1000;
  }

  async play(): Promise<void> {
    const world = await this.#create();
    const onFault = (id: string, did: string): void => this.faults.count(id, did);
    const common = { seed: this.#options.seed, startAt, onFault };
    const people = new People(world, { ...common, rates: this.#options.people });
    world.also(people);
    this.#machines.watch(world);
    const onSettings = (): void => this.#noteSettings(world);
    const meddlers = new Meddlers(world, { ...common, rates: this.#options.meddlers, onSettings });
    world.also(meddlers);
    const { images, backupSeconds, validationSeconds = null } = this.#options;
    const restores = new Restores(world, { ...common, everySeconds: backupSeconds, backUp: this.#backUp });
    world.also(restores);
    const onWire = (kind: string) => (fields: object) =>
      this.#onWire({ t: this.seconds, kind, pool: 'linux', ...fields });
    const onWithdrawn = (image: string, imageId: string, version: string) =>
      onWire('versionWithdrawn')({ image, imageId, version });
    if (world.settings.demands.discovery) addPipeline(world);
    const onKept = (machine: KeptInstance): void => this.#note('instanceSaved', { ...machine, by: 'controller' });
    world.also(new VerdictReader(world, { startAt, onLine: this.#onWire, onKept }));
    world.also(new Publishers(world, images, { startAt, onWithdrawn }));
    const asking = { images, everySeconds: validationSeconds, onAsked: onWire('validationAsked') };
    const validators = new Validators(world, { ...common, ...asking });
    world.also(validators);
    this.#noteSettings(world);
    for (let controller = 1; controller <= this.#options.leaders; controller += 1)
      this.#note('serviceStart', { controller });
    if (this.#options.leaders === 2) this.faults.count('S3', 'two processes lead');
    await registerStranger(world);
    await world.run(startAt + this.#options.hours * 3_600_000, this.#isSeen);
    if (!this.#isSeen()) await this.#calmDown(world, [people, meddlers, restores, validators]);
    await world.service.app.close();
  }

  async #calmDown(world: World, visitors: readonly { goHome(): Promise<void> }[]): Promise<void> {
    this.faults.isCalm = true;
    for (const visitor of visitors) await visitor.goHome();
    this.#machines.heal();
    this.#note('calm', {});
    await this.#converge(world);
    if (this.#destroyed === 0) {
      // A standby that nothing ever takes away proves nothing: somebody who needs it no more lets it go.
      await world.changeSettings({ desiredIdle: 0 });
      this.#noteSettings(world);
      await this.#converge(world);
    }
    this.#note('end', {});
  }

  async #converge(world: World): Promise<void> {
    const isResting = resting(world, this.#options.coresLimit);
    this.#progressAt = world.clock.now();
    const isEnough = () => isResting() || world.clock.now() >= this.#progressAt + boundMilliseconds;
    await world.run(Number.MAX_SAFE_INTEGER, isEnough);
  }

  async #create(): Promise<World> {
    const { settings, arrivals, rules, coresLimit, pageSize, throttling, variants, leaders, movingSeconds, images } =
      this.#options;
    const gallery = (send: Send) => layOutGallery(images, send);
    const journal = () => this.#openJournal();
    const world = await createWorld({
      seed: this.#options.seed,
      startAt,
      store: (now) => {
        const { store, backUp } = memoryStoreWithBackups({ now });
        this.#backUp = backUp;
        return store;
      },
      ...{ settings, arrivals, rules, coresLimit, pageSize, throttling, variants, leaders, movingSeconds, journal },
      ...(images.length === 0 ? {} : { before: { milliseconds: preparationMilliseconds, layOut: gallery } }),
      skipsQuietPasses: true,
      generateKeys: this.#parts.generateKeys,
      ports: this.#parts.ports,
      ...(this.#parts.line === undefined ? {} : { line: this.#parts.line }),
      sendOfService: (send, clock) => {
        const tapped = wireTap(this.faults.between(watchingQuota(send, this.faults), clock), clock, {
          pool: 'linux',
          startAt,
          onLine: this.#onWire,
          truthOf: (request) => (this.world === null ? {} : scaleSetTruth(this.world.clouds, this.#names, request)),
          imageAt: (pathname) => this.#names?.listed(pathname) ?? null,
        });
        return this.#parts.wire?.(tapped) ?? tapped;
      },
      restSeconds: 60,
      restartSeconds: () => 5 + Math.floor(this.#random() * 120),
      crashAt: (call) => this.#crashAt(call),
      extensionEnds: (vmId, outcome) => this.#machines.extensionEnds(vmId, outcome),
      adversary: this.#machines.adversary,
      sendOfMachine: (send, vmId) => {
        this.#machines.booted(vmId);
        return this.#machines.sendOf(send, vmId);
      },
      aroundService: (parts) => aroundService(parts, this.#surroundings),
      onAzureEvent: (event) => journal().azure(event),
      onAzureDevOpsEvent: (event) => {
        if (event.kind === 'agentRegistered' && this.#poolId < 0) this.#poolId = event.poolId;
        countWorstMoment(event, this.faults);
        journal().azureDevOps(event);
      },
      onMachineEvent: (event) => {
        if (event.kind === 'jobStarted') this.#machines.jobStarted(event.vmId, event.durationSeconds);
        journal().machine(event);
      },
    });
    this.world = world;
    this.#poolId = world.settings.poolId;
    return world;
  }

  #openJournal(): Journal {
    const poolId = () => this.#poolId;
    this.#journal ??= new Journal({
      pool: 'linux',
      get poolId() {
        return poolId();
      },
      startAt,
      onEvent: this.#onEvent,
      whoStops: (vmId) => this.world?.clouds.azure.instances().find((one) => one.vmId === vmId)?.by ?? 'azure',
      maximum: () => this.world?.settings.maxCapacity ?? 0,
      tagOf: (agentId) => {
        const agent = this.world?.clouds.azureDevOps.agents().find((one) => one.id === agentId);
        return agent?.capabilities.customcapabilities ?? null;
      },
      images: this.#names ?? undefined,
      imageOf: (vmId) => this.world?.clouds.azure.instances().find((one) => one.vmId === vmId)?.image ?? {},
    });
    return this.#journal;
  }

  #noteSettings(world: World): void {
    this.#note('poolSettings', settingsLine(world.settings, this.#options));
  }

  #note(kind: string, fields: Readonly<Record<string, unknown>>): void {
    // The clouds catch up with a clock that is ahead of them: what happens meanwhile happened at their time.
    const at = this.world?.clouds.movingAt() ?? this.world?.clock.now() ?? startAt;
    this.#openJournal().write(at, kind, fields);
  }

  #crashAt(call: string): CrashPoint | null {
    const planned = this.#parts.crashAt?.(call) ?? null;
    if (planned !== null) return planned;
    if (this.faults.isCalm || this.world === null || this.#random() >= this.#options.crash) return null;
    const point = this.#random() < 0.5 ? 'before' : 'after';
    this.faults.count('S1', `${point} ${call}`);
    return point;
  }
}
