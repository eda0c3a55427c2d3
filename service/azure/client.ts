// Azure Resource Manager behind our port: scale sets, their instances and extensions, through @azure/arm-compute 25.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { TokenCredential } from '@azure/identity';
import { isHtml } from '../answer.ts';
import type { Instance, ScaleSet, ScaleSetExtension } from '../domain/instance.ts';
import type { SetPort } from '../doctor-port.ts';
import type { AzureLists } from '../azure-lists.ts';
import type { ImagePort } from '../image-port.ts';
import type { Accepted, AzurePort, Clock, HttpResponse, Random, Send } from '../ports.ts';
import { CloudError } from '../problem.ts';
import { steadyNow } from '../steady.ts';
import { asList, fieldsOf, parseJson } from '../wire.ts';
import { accepted, assertInstanceId } from './accepted.ts';
import { mutate, read } from './call.ts';
import { follow, type CallContext } from './plain-call.ts';
import { readEndpoint, readScaleSetId } from './endpoint.ts';
import { isMachineGone, problemOf } from './failure.ts';
import { deleteInstances } from './delete-instances.ts';
import { readImageFacts } from './image-facts.ts';
import { listImageVersions } from './image-versions.ts';
import { azureLists } from './lists.ts';
import { createMeter } from './meter.ts';
import { readOperation } from './operation.ts';
import { createScaleSet, deleteScaleSet, listScaleSets } from './scale-sets.ts';
import { mendSet } from './mend-set.ts';
import { listAutoscale, readGrants, readIdentity, readSet } from './set-facts.ts';
import { createTokens } from './token.ts';
import { readLiveScaleSet, translateInstance } from './translate.ts';
import { withinLimits } from './within-limits.ts';

export interface AzureOptions {
  readonly send: Send;
  readonly credential: TokenCredential;
  /** `https://management.azure.com` unless given; http on loopback only. */
  readonly endpoint?: string;
  /** Does not follow the endpoint by itself (azure-wire.md 1). */
  readonly scope?: string;
  readonly clock: Clock;
  readonly wallClock: Clock;
  readonly random: Random;
  /** Of a machine that nobody logs in to: three kinds of signs, and forgotten at once. */
  readonly newPassword?: () => string;
  /** `deadlineIn` of service/wall.ts; left out in virtual time. */
  readonly deadline?: (milliseconds: number) => AbortSignal;
}

/** More pages than a scale set of 1,000 instances can have: a list that goes on is a loop. */
const maximumPages = 100;

export function createAzure(options: AzureOptions): AzurePort & AzureLists & ImagePort & SetPort {
  const steady = { now: () => steadyNow(options.clock) };
  const meter = createMeter(options.send, steady);
  const context: CallContext = {
    send: meter.send,
    tokens: createTokens(options.credential, options.wallClock),
    endpoint: readEndpoint(options.endpoint ?? 'https://management.azure.com'),
    scope: options.scope ?? 'https://management.azure.com/.default',
    clock: options.clock,
    random: options.random,
    deadline: options.deadline ?? null,
  };
  const port: AzurePort = {
    readScaleSet: (scaleSetId) => readScaleSet(context, scaleSetId),
    listInstances: (scaleSetId) => listInstances(context, scaleSetId),
    readInstance: (scaleSetId, instanceId) => readInstance(context, scaleSetId, instanceId),
    setCapacity: (scaleSet, capacity) => setCapacity(context, scaleSet, capacity),
    deleteInstances: (scaleSetId, instanceIds) => deleteInstances(context, scaleSetId, instanceIds),
    reimageInstance: (scaleSetId, instanceId) => reimageInstance(context, scaleSetId, instanceId),
    putExtension: (scaleSetId, extension) => putExtension(context, scaleSetId, extension),
    listScaleSets: (resourceGroupId) => listScaleSets(context, resourceGroupId),
    createScaleSet: (lane) => createScaleSet(context, lane, options.newPassword ?? randomPassword),
    deleteScaleSet: (scaleSetId) => deleteScaleSet(context, scaleSetId),
    listImageVersions: (query) => listImageVersions(context, query),
    followOperation: async (operationUrl) => readOperation(await follow(context, operationUrl), context.clock.now()),
  };
  return {
    ...withinLimits(port, meter, steady),
    ...azureLists(context, options.newPassword ?? randomPassword),
    readImageFacts: (query) => readImageFacts(context, query),
    readSet: (scaleSetId, laneResourceGroup) => readSet(context, scaleSetId, laneResourceGroup),
    listAutoscale: (subscription) => listAutoscale(context, subscription),
    readGrants: (scope) => readGrants(context, scope),
    readIdentity: () => readIdentity(context),
    mendSet: (scaleSet, mend) => mendSet(context, scaleSet, mend),
  };
}

async function readScaleSet(context: CallContext, scaleSetId: string): Promise<ScaleSet> {
  const { subscriptionId, resourceGroup, name } = readScaleSetId(scaleSetId);
  const answers = await read(context, 'readScaleSet', subscriptionId, (client) =>
    client.virtualMachineScaleSets.get(resourceGroup, name),
  );
  const [body] = documents(context, 'readScaleSet', answers);
  const scaleSet = readLiveScaleSet(body, 'scaleSet');
  return { ...scaleSet, etag: scaleSet.etag ?? answers[0]?.headers.etag ?? null };
}

async function listInstances(context: CallContext, scaleSetId: string): Promise<readonly Instance[]> {
  const { subscriptionId, resourceGroup, name } = readScaleSetId(scaleSetId);
  const answers = await read(context, 'listInstances', subscriptionId, async (client) => {
    let pages = 0;
    const list = client.virtualMachineScaleSetVMs.list(resourceGroup, name, { expand: 'instanceView' });
    for await (const _ of list.byPage()) if ((pages += 1) >= maximumPages) break;
  });
  const pages = documents(context, 'listInstances', answers).map((body, index) =>
    fieldsOf(body, `instances.page[${index}]`),
  );
  const instances = pages.flatMap((page) =>
    asList(page.raw().value, `${page.path}.value`).map((raw, index) =>
      translateInstance(scaleSetId, raw, `${page.path}.value[${index}]`),
    ),
  );
  const next = pages.at(-1)?.text('nextLink') ?? null;
  if (next !== null && next !== '') {
    throw new CloudError('unreadable', 'listInstances', `The list of instances goes on after ${pages.length} pages.`);
  }
  return instances;
}

async function readInstance(context: CallContext, scaleSetId: string, instanceId: string): Promise<Instance | null> {
  const { subscriptionId, resourceGroup, name } = readScaleSetId(scaleSetId);
  assertInstanceId(instanceId);
  try {
    const answers = await read(context, 'readInstance', subscriptionId, (client) =>
      client.virtualMachineScaleSetVMs.get(resourceGroup, name, instanceId, { expand: 'instanceView' }),
    );
    return translateInstance(scaleSetId, documents(context, 'readInstance', answers)[0], 'instance');
  } catch (problem) {
    if (isMachineGone(problem)) return null;
    throw problem;
  }
}

/** Only ever upwards: when capacity falls, Azure chooses the victim, and it may be busy (azure-wire.md, fact 6). */
async function setCapacity(context: CallContext, scaleSet: ScaleSet, capacity: number): Promise<Accepted> {
  assert(
    Number.isInteger(capacity) && capacity >= scaleSet.capacity,
    `capacity may not fall from ${scaleSet.capacity} to ${capacity}`,
  );
  const { etag, sku } = scaleSet;
  if (etag === null)
    throw new CloudError(
      'unreadable',
      'setCapacity',
      `Azure gave no etag of ${scaleSet.name}; without it a write could undo another's.`,
    );
  const { subscriptionId, resourceGroup, name } = readScaleSetId(scaleSet.id);
  const answer = await mutate(context, 'setCapacity', subscriptionId, (client) =>
    client.virtualMachineScaleSets.update(
      resourceGroup,
      name,
      { sku: { name: sku.name, ...(sku.tier === null ? {} : { tier: sku.tier }), capacity } },
      { ifMatch: etag },
    ),
  );
  return accepted(context, 'setCapacity', answer);
}

/** Through the instance's own address: the scale set's, without a body, would reimage every instance (fact 4). */
async function reimageInstance(context: CallContext, scaleSetId: string, instanceId: string): Promise<Accepted> {
  const { subscriptionId, resourceGroup, name } = readScaleSetId(scaleSetId);
  assertInstanceId(instanceId);
  const answer = await mutate(context, 'reimageInstance', subscriptionId, (client) =>
    client.virtualMachineScaleSetVMs.reimage(resourceGroup, name, instanceId),
  );
  return accepted(context, 'reimageInstance', answer);
}

/** `type` in the SDK's model is the resource's own and is dropped; the handler's goes out as `typePropertiesType`. */
async function putExtension(context: CallContext, scaleSetId: string, extension: ScaleSetExtension): Promise<Accepted> {
  const { subscriptionId, resourceGroup, name } = readScaleSetId(scaleSetId);
  const { typeHandlerVersion, provisionAfterExtensions } = extension;
  const answer = await mutate(context, 'putExtension', subscriptionId, (client) =>
    client.virtualMachineScaleSetExtensions.createOrUpdate(resourceGroup, name, extension.name, {
      publisher: extension.publisher,
      typePropertiesType: extension.type,
      ...(typeHandlerVersion === null ? {} : { typeHandlerVersion }),
      autoUpgradeMinorVersion: false,
      provisionAfterExtensions: [...provisionAfterExtensions],
      settings: extension.settings,
      ...(extension.protectedSettings === undefined ? {} : { protectedSettings: extension.protectedSettings }),
    }),
  );
  return accepted(context, 'putExtension', answer);
}

function randomPassword(): string {
  return `Aa1-${randomBytes(24).toString('base64url')}`;
}

function documents(context: CallContext, operation: string, answers: readonly HttpResponse[]): readonly unknown[] {
  return answers.map((answer) => {
    if (isHtml(answer)) throw problemOf(operation, answer, context.clock.now());
    return parseJson(answer.body, operation);
  });
}
