// What a validation asks of Azure beside the pool that it is for, judged request by request by the emulated Azure.
import { expect, it } from '@jest/globals';
import { hour, minute, now0 } from '../builders.ts';
import { galleryImage, lanesGroup, subscription } from '../stories/lane-world.ts';
import { validationWorld } from '../stories/validation-world.ts';
import { actionsOf, roleBook } from './role.ts';

const agents = `${subscription}/resourceGroups/weir-agents/providers`;
const sources = [
  `${agents}/Microsoft.Compute/virtualMachineScaleSets/agents`,
  `${agents}/Microsoft.Network/virtualNetworks/agents`,
  `${agents}/Microsoft.Compute/galleries/gold`,
];
const plan = { publisher: 'weir', product: 'agents', name: 'linux' };
const terms = `${subscription}/providers/Microsoft.MarketplaceOrdering/offerTypes/virtualmachine/publishers/weir/offers/agents/plans/linux/agreements/current`;

async function validated(more: readonly string[]) {
  const book = roleBook('weir', [
    { actions: actionsOf('lanes'), scope: lanesGroup },
    ...sources.map((scope) => ({ actions: actionsOf('lane-sources'), scope })),
    { actions: [...actionsOf('operations'), ...actionsOf('marketplace'), ...more], scope: subscription },
  ]);
  const told = await validationWorld({}, [], { permits: book.permits });
  // The definition is still being made.
  await told.world.run(now0 + 5 * minute);
  const identifier = { publisher: 'weir', offer: 'agents', sku: 'linux' };
  const definition = {
    osType: 'Linux',
    osState: 'Generalized',
    hyperVGeneration: 'V2',
    architecture: 'x64',
    identifier,
  };
  await told.put(galleryImage, { location: 'westeurope', properties: { ...definition, purchasePlan: plan } });
  await told.put(terms, { properties: { accepted: true } });
  await told.publish('1.0.0');
  await told.world.run(now0 + hour);
  const { verdict, staticChecks } = await told.ended(await told.validate('1.0.0', { instanceCount: 1 }));
  const bad = staticChecks.filter((check) => check.status !== 'ok' && check.status !== 'skipped');
  return { book, verdict, bad: bad.map((check) => check.code) };
}

it('with its role a validation is refused nothing, and the role holds nothing that it never asks for', async () => {
  const { book, verdict, bad } = await validated(actionsOf('validation'));
  expect({ verdict, bad, refused: book.refused }).toEqual({ verdict: 'passed', bad: [], refused: [] });
  expect(actionsOf('validation').filter((action) => !book.used.has(action))).toEqual([]);
}, 240_000);

it('without it the checks say what they could not see', async () => {
  const { book, bad } = await validated([]);
  const ofSize = ['sizeAvailable', 'architectureMatches', 'generationMatches', 'ephemeralFits'];
  expect(bad).toEqual([...ofSize, 'termsAccepted']);
  expect(new Set(book.refused.map((refusal) => refusal.split(' at ')[0]))).toEqual(
    new Set([
      'Microsoft.Compute/skus/read',
      'Microsoft.MarketplaceOrdering/offertypes/publishers/offers/plans/agreements/read',
    ]),
  );
}, 240_000);
