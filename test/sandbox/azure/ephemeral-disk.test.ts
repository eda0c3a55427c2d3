// An ephemeral OS disk must fit on the machine itself, or Azure makes no scale set of it.
import { expect, it } from '@jest/globals';
import { createBody, errorOf, profile, setPath, testCloud } from './cloud.ts';

const { storageProfile } = profile() as { storageProfile: Record<string, unknown> };

function created(size: string, diskSizeGB: number | null, placement: string | null, option: string | null = 'Local') {
  const body = createBody({ capacity: 0 }) as { sku: object; properties: { virtualMachineProfile: object } };
  const osDisk = {
    ...{ createOption: 'FromImage', caching: 'ReadOnly' },
    ...(option === null ? {} : { diffDiskSettings: { option, ...(placement === null ? {} : { placement }) } }),
    ...(diskSizeGB === null ? {} : { diskSizeGB }),
  };
  const virtualMachineProfile = {
    ...body.properties.virtualMachineProfile,
    storageProfile: { ...storageProfile, osDisk },
  };
  return testCloud().call('PUT', setPath, {
    ...body,
    sku: { ...body.sku, name: size },
    properties: { ...body.properties, virtualMachineProfile },
  });
}

it.each<[string, Parameters<typeof created>]>([
  ['fits', ['Standard_D2s_v3', 50, null]],
  ['fits into the place that is named', ['Standard_D2ds_v5', 75, 'ResourceDisk']],
  ['is put where the size has room', ['Standard_D2ds_v6', 110, null]],
  ['has no written size', ['Standard_D2s_v3', null, null]],
  ['is a managed one', ['Standard_D2s_v3', 500, null, null]],
])('an OS disk that %s is taken', (_what, given) => {
  expect(created(...given).status).toBe(201);
});

it.each<[Parameters<typeof created>, string]>([
  [
    ['Standard_D2s_v3', 64, null],
    '50 GB is not allowed for VM size Standard_D2s_v3 when the DiffDiskPlacement is CacheDisk.',
  ],
  [['Standard_D2ds_v5', 60, 'CacheDisk'], '50 GB is not allowed'],
  [['Standard_D2s_v5', 30, 'ResourceDisk'], 'greater than 0 GB is not allowed'],
])('%j is refused', (given, words) => {
  const answer = created(...given);
  expect(answer.status).toBe(409);
  expect(errorOf(answer)).toMatchObject({ code: 'NotSupported', message: expect.stringContaining(words) });
});
