// The whole of Weir in memory and virtual time: the real service with its real clients against both emulators, a day in
// seconds. Only the clock, chance, the network and the store differ from production.
import type { WriteLine } from '../../service/controller/context.ts';
import { seededRandom } from '../../service/domain/chance.ts';
import { validatePoolSettings } from '../../service/domain/pool-rules.ts';
import type { AgentKeys } from '../../service/enrolment/keys.ts';
import type { Clock, Store } from '../../service/ports.ts';
import type { Send } from '../http-message.ts';
import type { Arrival } from '../workload/arrivals.ts';
import { sharedAttestation } from '../attestation.ts';
import { createClouds, type Clouds, type CloudsOptions } from './clouds.ts';
import { layOutEstate } from './estate.ts';
import { incarnate, injected, organizationUrl, type Incarnation, type IncarnationOptions } from './incarnation.ts';
import { vmIdOfClaim, type Journal } from './journal.ts';
import { personName, serviceName } from './journal-words.ts';
import { lyingLeases } from './lying-leases.ts';
import { MovingWorld, type World } from './moving-world.ts';
import { Process } from './process.ts';
import { VirtualClock } from './virtual-clock.ts';

export interface WorldOptions
  extends
    Pick<
      CloudsOptions,
      | 'matching'
      | 'onAzureEvent'
      | 'onAzureDevOpsEvent'
      | 'onMachineEvent'
      | 'rules'
      | 'coresLimit'
      | 'pageSize'
      | 'throttling'
      | 'permits'
      | 'extensionEnds'
      | 'adversary'
      | 'variants'
      | 'sendOfMachine'
    >,
    Pick<IncarnationOptions, 'crashAt' | 'ports'> {
  readonly seed: number;
  /** Milliseconds since the epoch. */
  readonly startAt: number;
  readonly store: (now: () => number) => Promise<Store> | Store;
  readonly settings: Readonly<Record<string, unknown>>;
  /** Sorted; seconds after the start. */
  readonly arrivals: Iterable<Arrival>;
  readonly generateKeys: () => Promise<AgentKeys>;
  readonly line?: WriteLine;
  /** What a person lays out besides the estate, so many milliseconds before the start. */
  readonly before?: { readonly milliseconds: number; readonly layOut: (sendAsPerson: Send) => Promise<void> };
  /** What stands between the service and both clouds: faults. */
  readonly sendOfService?: (send: Send, clock: VirtualClock) => Send;
  /** What else of the service is not as it should be; asked once. */
  readonly aroundService?: (parts: ServiceSurroundings) => Partial<Omit<ServiceSurroundings, 'azureToken'>>;
  /** Told for which machine agents are registered, and of the service's ends and starts. */
  readonly journal?: () => Journal;
  /** Seconds between passes while something moves, and at rest; what is due by itself is never late. */
  readonly movingSeconds?: number;
  readonly restSeconds?: number;
  /** Passes that could see nothing new are put off for up to half a minute. */
  readonly skipsQuietPasses?: boolean;
  /** Two processes that both believe for ever that they lead. */
  readonly leaders?: 1 | 2;
  /** Seconds from the end of a process to its next start. */
  readonly restartSeconds?: () => number;
}

export type { World } from './moving-world.ts';

export interface ServiceSurroundings {
  readonly clock: Clock;
  readonly store: Store;
  readonly azureToken: string;
  readonly credential?: IncarnationOptions['credential'];
}

const subscriptionId = '00000000-0000-0000-0000-000000000001';

export async function createWorld(options: WorldOptions): Promise<World> {
  const clock = new VirtualClock(options.startAt);
  const random = seededRandom(options.seed);
  const processes: Process[] = [];
  // A machine's request goes to whichever process lives.
  const injectedToOne = (request: Parameters<Send>[0]) =>
    injected((processes.find((one) => one.isAlive) ?? processes[0])?.incarnation ?? null, request);
  const attestation = await sharedAttestation();
  const clouds = createClouds({
    throttling: { polls: 'perTarget', unitsPerCall: 0.3 },
    ...options,
    signDocument: attestation.signDocument,
    now: options.startAt - (options.before?.milliseconds ?? 0),
    random,
    organization: 'fabrikam',
    rules: { ...options.rules, tokens: { [serviceName]: { name: serviceName, rights: 63 } } },
    sendElsewhere: (request) => {
      const journal = options.journal?.();
      const vmId = journal === undefined ? null : vmIdOfClaim(request.body);
      if (journal === undefined || vmId === null) return injectedToOne(request);
      return journal.whileClaiming(vmId, () => injectedToOne(request));
    },
  });
  const store = await options.store(() => clock.now());
  const azureToken = clouds.azure.tokenFor(serviceName);
  const around = { clock, store, azureToken, ...options.aroundService?.({ clock, store, azureToken }) };
  const [sendAsPerson, start] = [
    asPerson(clouds),
    starter({ ...options, attestationRoot: attestation.root }, clouds, clock, around, random),
  ];
  const estate = await layOutEstate({
    send: clouds.send,
    azureUrl: 'https://management.azure.com',
    azureToken: clouds.azure.tokenFor(personName),
    organizationUrl,
    azureDevOpsToken: personName,
    subscriptionId,
    resourceGroup: 'weir-agents',
    scaleSetName: 'agents',
    poolName: 'linux',
    osType: 'linux',
  });
  if (options.before !== undefined) {
    await options.before.layOut(sendAsPerson);
    clouds.advance(options.startAt);
  }
  const read = validatePoolSettings({
    name: 'linux',
    organization: organizationUrl,
    poolId: estate.poolId,
    scaleSet: estate.scaleSetId,
    ...options.settings,
  });
  if ('problems' in read) throw new Error(read.problems.map((problem) => problem.message).join(' '));
  await store.savePool(read.settings, null, false);
  for (let controller = 1; controller <= (options.leaders ?? 1); controller += 1) {
    processes.push(
      new Process({
        ...processOptions(options, clouds, clock),
        ...{ serviceClock: around.clock, controller, first: await start(), restart: start },
      }),
    );
  }
  return new MovingWorld({ clouds, clock, store, processes, sendAsPerson }, read.settings, options);
}

function processOptions(options: WorldOptions, clouds: Clouds, clock: VirtualClock) {
  let passes = 0;
  return {
    clock,
    movingSeconds: options.movingSeconds ?? 5,
    restSeconds: options.restSeconds ?? 15,
    restartSeconds: options.restartSeconds ?? (() => 10),
    note: (kind: string, controller: number) => options.journal?.().write(clock.now(), kind, { controller }),
    digest: () => (options.skipsQuietPasses === true ? digestOf(clouds) : String((passes += 1))),
  };
}

/** What a pass reads of both clouds, in short. */
export function digestOf(clouds: Clouds): string {
  const agents = clouds.azureDevOps.agents();
  const requests = clouds.azureDevOps.requests();
  return [
    ...clouds.azure.instances().map((one) => `${one.vmId} ${one.provisioningState} ${one.power}`),
    ...agents.map((one) => `${String(one.id)} ${one.status} ${String(one.enabled)}`),
    ...requests.filter((one) => one.result === null).map((one) => `${String(one.id)} ${String(one.reservedAgent?.id)}`),
    String(requests.length),
  ].join('|');
}

function asPerson(clouds: Clouds): Send {
  return (request) => {
    const isAzure = clouds.origins.azure.has(new URL(request.url).origin);
    const token = isAzure ? clouds.azure.tokenFor(personName) : personName;
    return clouds.send({ ...request, headers: { ...request.headers, authorization: `Bearer ${token}` } });
  };
}

/** Each call begins a new life of the service's process. */
function starter(
  options: WorldOptions & Pick<IncarnationOptions, 'attestationRoot'>,
  clouds: Clouds,
  clock: VirtualClock,
  around: ServiceSurroundings,
  random: () => number,
): () => Promise<Incarnation> {
  let [lastId, lives] = [0, 0];
  return () => {
    lives += 1;
    return incarnate({
      ...options,
      ...around,
      store: options.leaders === 2 ? lyingLeases(around.store) : around.store,
      random,
      owner: `world ${String(lives)}`,
      send: options.sendOfService?.(clouds.send, clock) ?? clouds.send,
      azureDevOpsToken: serviceName,
      newId: () => `id-${String((lastId += 1))}`,
    });
  };
}
