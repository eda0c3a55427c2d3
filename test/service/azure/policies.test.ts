// What Azure is told of a scale set when it is asked about policies, and what of its answer people are shown.
import { expect, it } from '@jest/globals';
import { readPolicies } from '../../../service/azure/policies.ts';
import { fieldsOf } from '../../../service/wire.ts';
import { fakeSend, json } from '../fake-send.ts';

const group = '/subscriptions/s1/resourceGroups/g1';
const id = `${group}/providers/Microsoft.Compute/virtualMachineScaleSets/agents`;
const alias = 'Microsoft.Compute/virtualMachineScaleSets';
/** Public by name, and people put passwords into it all the same. */
const settings = { commandToExecute: 'setup --password hunter2-public', fileUris: ['https://x/?sig=hunter2'] };
const model = {
  ...{ id, name: 'agents', location: 'westeurope', sku: { name: 'Standard_D2s_v5', capacity: 1 } },
  tags: { cost: 'tag-value' },
  properties: {
    upgradePolicy: { mode: 'Manual' },
    virtualMachineProfile: {
      userData: 'hunter2-user',
      osProfile: { customData: 'hunter2-custom', linuxConfiguration: {} },
      extensionProfile: {
        extensions: [{ name: 'x', properties: { type: 'T', settings, protectedSettings: { k: 'hunter2' } } }],
      },
    },
  },
};

async function policies(...expressions: readonly (readonly [string, unknown])[]) {
  const evaluatedExpressions = expressions.map(([path, expressionValue]) => ({
    ...{ path, expression: path, expressionValue, result: 'True' },
  }));
  const denial = {
    policyInfo: { policyAssignmentId: '/p/a' },
    evaluationResult: 'NonCompliant',
    evaluationDetails: { evaluatedExpressions },
  };
  const answer = (policyEvaluations: readonly object[]) =>
    json(200, { contentEvaluationResult: { policyEvaluations } });
  const { send, requests } = fakeSend(answer([denial]), answer([]), json(200, { value: [] }));
  const clock = { now: () => 0, sleep: () => Promise.resolve() };
  const context = {
    ...{ send, clock, random: { next: () => 0.5 }, scope: 's', deadline: null },
    tokens: { token: () => Promise.resolve('t'), forget: () => undefined },
    endpoint: new URL('https://management.azure.com'),
  };
  const [found] = await readPolicies(context, fieldsOf(model, 'scaleSet'), id, null);
  return {
    isCertain: found?.isCertain,
    looksAt: found?.looksAt,
    asked: requests.map((one) => one.body ?? '').join('\n'),
  };
}

it('tells Azure the scale set without what is secret in it', async () => {
  const { asked } = await policies();
  expect(asked).toContain('"upgradePolicy":{"mode":"Manual"}');
  expect(asked).toContain('"name":"x"');
  expect(asked).toContain('"settings":{"commandToExecute":"","fileUris":""}');
  expect(asked).not.toMatch(/hunter2/);
});

it('holds a denial for uncertain that looked at the settings of an extension, whose values Azure was not told', async () => {
  expect((await policies(['location', 'westeurope'])).isCertain).toBe(true);
  for (const path of [
    `${alias}/extensions/settings.commandToExecute`,
    'properties.virtualMachineProfile.extensionProfile.extensions[0].properties.settings',
  ])
    expect((await policies(['location', 'westeurope'], [path, ''])).isCertain).toBe(false);
});

it('shows of what a policy looked at the path, and the value only where no secret can stand', async () => {
  const { looksAt } = await policies(
    ['location', 'westeurope'],
    [`${alias}/sku.name`, 'Standard_D2s_v5'],
    ['properties.upgradePolicy.mode', 'Manual'],
    ["tags['cost']", 'tag-value'],
    ["tags['owner']", null],
    ['tags', { cost: 'tag-value', team: 'x' }],
    ['properties.virtualMachineProfile.userData', 'hunter2'],
    [`${alias}/extensions/settings.commandToExecute`, { a: 'hunter2' }],
  );
  expect(looksAt).toEqual([
    ...['location is westeurope', `${alias}/sku.name is Standard_D2s_v5`, 'properties.upgradePolicy.mode is Manual'],
    ...["tags['cost']", "tags['owner'] is not set", 'tags are named cost, team'],
    ...['properties.virtualMachineProfile.userData', `${alias}/extensions/settings.commandToExecute`],
  ]);
});
