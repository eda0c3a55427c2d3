// Whole scale sets: listed in a resource group, made from a template, and deleted.
import { isHtml } from '../answer.ts';
import type { ImageReference, ScaleSet } from '../domain/instance.ts';
import type { NewScaleSet } from '../domain/new-scale-set.ts';
import type { Accepted } from '../ports.ts';
import { CloudError } from '../problem.ts';
import { asList, fieldsOf, parseJson } from '../wire.ts';
import { accepted } from './accepted.ts';
import { mutate, read } from './call.ts';
import { write, type CallContext } from './plain-call.ts';
import { readResourceGroupId, readScaleSetId } from './endpoint.ts';
import { problemOf } from './failure.ts';
import { laneModel, modelDigest, type Json } from './lane-model.ts';
import { aboutPlan, readPurchasePlan, type PurchasePlan } from './purchase-plan.ts';
import { planOf } from './translate-facts.ts';
import { readLiveScaleSet } from './translate.ts';

/** As the SDK asks for scale sets: what was read by one api-version is written by the same. */
const apiVersion = '2026-04-01';
const maximumPages = 100;

export async function listScaleSets(context: CallContext, resourceGroupId: string): Promise<readonly ScaleSet[]> {
  const { subscriptionId, resourceGroup } = readResourceGroupId(resourceGroupId);
  const answers = await read(context, 'listScaleSets', subscriptionId, async (client) => {
    let pages = 0;
    for await (const _ of client.virtualMachineScaleSets.list(resourceGroup).byPage())
      if ((pages += 1) >= maximumPages) break;
  });
  const bodies = answers.map((answer, index) => {
    if (isHtml(answer)) throw problemOf('listScaleSets', answer, context.clock.now());
    return fieldsOf(parseJson(answer.body, 'listScaleSets'), `scaleSets.page[${index}]`);
  });
  const next = bodies.at(-1)?.text('nextLink') ?? '';
  if (next !== '') {
    throw new CloudError('unreadable', 'listScaleSets', `The list of scale sets goes on after ${bodies.length} pages.`);
  }
  return bodies.flatMap((page) =>
    asList(page.raw().value, `${page.path}.value`).map((raw, index) =>
      readLiveScaleSet(raw, `${page.path}.value[${index}]`),
    ),
  );
}

/** The template is read again, so that a lane is never made from another state than its key says. */
export async function createScaleSet(
  context: CallContext,
  lane: NewScaleSet,
  newPassword: () => string,
): Promise<Accepted> {
  const operation = 'createScaleSet';
  const template = readScaleSetId(lane.templateId);
  readScaleSetId(lane.scaleSetId);
  const [answer] = await read(context, operation, template.subscriptionId, (client) =>
    client.virtualMachineScaleSets.get(template.resourceGroup, template.name, { expand: 'userData' }),
  );
  if (answer === undefined || isHtml(answer))
    throw new CloudError('unreadable', operation, 'Azure did not answer the template as JSON.');
  const raw = fieldsOf(parseJson(answer.body, operation), 'template').raw();
  if (modelDigest(raw) !== lane.modelDigest) {
    throw new CloudError(
      'conflict',
      operation,
      `The model of ${template.name} has changed while a lane was made from it.`,
    );
  }
  const plan = await planOfLane(context, lane, raw);
  const model = laneModel(raw, lane, plan, newPassword);
  const path = `${lane.scaleSetId}?api-version=${apiVersion}`;
  try {
    return accepted(context, operation, await write(context, operation, 'PUT', path, model, { 'if-none-match': '*' }));
  } catch (error) {
    throw aboutPlan(error, plan, lane.image, readScaleSetId(lane.scaleSetId).subscriptionId);
  }
}

/** What the customer wrote into the template holds for its own image, also for one that tells nobody of its plan. */
async function planOfLane(context: CallContext, lane: NewScaleSet, raw: Json): Promise<PurchasePlan | null> {
  const { location, image } = readLiveScaleSet(raw, 'template');
  const written = fieldsOf(raw, 'template').object('plan');
  const own = isSameImage(image, lane.image) ? planOf(written) : null;
  const { subscriptionId } = readScaleSetId(lane.scaleSetId);
  if (own === null) return await readPurchasePlan(context, lane.image, { subscriptionId, location });
  return { ...written?.raw(), ...own };
}

function isSameImage(one: ImageReference, other: ImageReference): boolean {
  const nameOf = ({ id, publisher, offer, sku }: ImageReference): string =>
    (id?.replace(/\/versions\/[^/]+\/?$/i, '') ?? [publisher, offer, sku].join(':')).toLowerCase();
  return nameOf(one) === nameOf(other);
}

export async function deleteScaleSet(context: CallContext, scaleSetId: string): Promise<Accepted> {
  const { subscriptionId, resourceGroup, name } = readScaleSetId(scaleSetId);
  const answer = await mutate(context, 'deleteScaleSet', subscriptionId, (client) =>
    client.virtualMachineScaleSets.delete(resourceGroup, name),
  );
  return accepted(context, 'deleteScaleSet', answer);
}
