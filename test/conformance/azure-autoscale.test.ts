// Autoscale settings of the emulated Azure against the vendor's own Swagger file and example request, where those stand.
import { describe, expect, it } from '@jest/globals';
import { group, setPath, testCloud } from '../sandbox/azure/cloud.ts';
import { openApi, readSpec, specsStand } from './open-api.ts';

if (!specsStand)
  process.stdout.write('Skipped: autoscale settings are not held against the official OpenAPI, which is not there.\n');
const describeWithSpecs = specsStand ? describe : describe.skip;

describeWithSpecs('autoscale settings', () => {
  it('take the official example, and answer every request as it is declared', () => {
    const official = openApi(['autoscale-2022-10-01.json']);
    const example = readSpec('examples/autoscale-2022-10-01/createOrUpdateAutoscaleSetting.json') as {
      readonly parameters: { readonly parameters: { readonly properties: object } };
    };
    const { parameters: body } = example.parameters;
    const setting = `${group}/providers/Microsoft.Insights/autoscalesettings/night`;
    const subscription = group.slice(0, group.indexOf('/resourceGroups'));
    const cloud = testCloud();
    cloud.call('PUT', group, { location: 'eastus' });
    const properties = { ...body.properties, targetResourceUri: setPath };
    const wrong = (
      [
        ['PUT', setting, { ...body, properties }, 201],
        ['PUT', setting, { ...body, properties }, 200],
        ['GET', setting, undefined, 200],
        ['PATCH', setting, { properties: { ...properties, enabled: false } }, 200],
        ['GET', `${subscription}/providers/Microsoft.Insights/autoscalesettings`, undefined, 200],
        ['GET', setting.slice(0, setting.lastIndexOf('/')), undefined, 200],
        ['GET', `${setting}-no`, undefined, 404],
        ['DELETE', setting, undefined, 200],
        ['DELETE', setting, undefined, 204],
      ] as const
    ).flatMap(([method, path, sent, status]) => {
      const answer = cloud.call(method, path, sent);
      const found = official.problems(method, path, answer) ?? ['not declared at all'];
      return [...found, ...(answer.status === status ? [] : [`status ${answer.status}`])].map(
        (problem) => `${method} ${path.slice(subscription.length)}: ${problem}`,
      );
    });
    expect(wrong).toEqual([]);
  });
});
