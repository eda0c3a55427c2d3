// The digest of a template, by which drift is noticed.
import { describe, expect, it } from '@jest/globals';
import { modelDigest } from '../../../service/azure/lane-model.ts';
import { script, agent, template } from './template.ts';

describe('the digest of a template', () => {
  const digest = modelDigest(template());
  it.each([
    ['another capacity', { top: { sku: { name: 'Standard_D2s_v3', tier: 'Standard', capacity: 0 } } }],
    ['other tags and another etag', { top: { tags: {}, etag: '"9"' } }],
    ['other instants and states of Azure', { properties: { provisioningState: 'Updating', timeCreated: 'x' } }],
    ["Weir's own extension gone", { profile: { extensionProfile: { extensions: [script] } } }],
    [
      'another version of its image',
      {
        profile: {
          storageProfile: { ...storage(), imageReference: { publisher: 'p', offer: 'o', sku: 'k', version: '9.0.0' } },
        },
      },
    ],
  ])('is the same with %s', (_, over) => {
    expect(modelDigest(template(over))).toBe(digest);
  });

  it.each([
    ['another size', { top: { sku: { name: 'Standard_D4s_v3', tier: 'Standard', capacity: 3 } } }],
    [
      'another image',
      {
        profile: {
          storageProfile: {
            ...storage(),
            imageReference: { publisher: 'p', offer: 'o', sku: 'other', version: 'latest' },
          },
        },
      },
    ],
    ['another script', { profile: { extensionProfile: { extensions: [{ ...script, name: 'other' }, agent] } } }],
    ['another identity', { top: { identity: { type: 'SystemAssigned' } } }],
  ])('is another with %s', (_, over) => {
    expect(modelDigest(template(over))).not.toBe(digest);
  });

  it('does not depend on the order in which Azure writes the fields', () => {
    const raw = template();
    expect(modelDigest(Object.fromEntries(Object.entries(raw).reverse()))).toBe(digest);
  });
});

function storage(): object {
  return {
    osDisk: { osType: 'Linux', createOption: 'FromImage', diffDiskSettings: { option: 'Local' }, diskSizeGB: 30 },
  };
}
