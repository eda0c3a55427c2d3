// `weir check`: findings of permissions, scale set, image and pool with the exact fix, its exit codes and its document.
import { describe, expect, it } from '@jest/globals';
import { hasErrors } from '../../cli/check-pool.ts';
import { checkSandbox } from '../../cli/check-scenes.ts';
import { findingsText } from '../../cli/check-text.ts';
import { CloudError } from '../../service/problem.ts';
import { settings } from '../builders.ts';
import { apiFixture, fabrikam } from '../service/api/api-fixture.ts';
import { callWeir, withFile, type Ran } from './run-weir.ts';

interface Document {
  readonly ok: boolean;
  readonly isSandbox: boolean;
  readonly pools: readonly {
    readonly pool: string;
    readonly errors: number;
    readonly checks: readonly { readonly code: string; readonly status: string }[];
    readonly rights: readonly { readonly status: string }[];
    readonly images: readonly { readonly alias: string; readonly checks: readonly unknown[] }[];
    readonly discovery: object | null;
    readonly problem: null;
  }[];
}

describe('weir check', () => {
  it('without a configuration looks at a sandbox of its own, finds no error there, and writes one document', async () => {
    const ran = await callWeir('check', '--json');
    expect(ran.code).toBe(0);
    const { ok, isSandbox, pools } = JSON.parse(ran.out) as Document;
    expect([ok, isSandbox, pools.length]).toEqual([true, true, 1]);
    expect(pools[0]).toMatchObject({ pool: 'linux-build', errors: 0, agentPool: { status: 'ok' }, problem: null });
    expect(pools[0]!.checks.length).toBeGreaterThan(15);
    expect(pools[0]!.rights.map((one) => one.status)).toEqual(['ok', 'ok', 'ok', 'ok']);
    expect(pools[0]!.images).toMatchObject([{ alias: 'ubuntu-22.04' }]);
    expect(pools[0]!.discovery).toMatchObject({ status: 'ok' });
  });

  describe('of pools that were made in the hub', () => {
    const withToken = async (token: string | undefined, ...args: readonly string[]): Promise<Ran> => {
      const before = process.env.WEIR_TOKEN;
      if (token === undefined) delete process.env.WEIR_TOKEN;
      else process.env.WEIR_TOKEN = token;
      try {
        return await callWeir('check', ...args);
      } finally {
        if (before === undefined) delete process.env.WEIR_TOKEN;
        else process.env.WEIR_TOKEN = before;
      }
    };

    it('asks the running service, and prints what it finds', async () => {
      const check = { code: 'overprovision', title: 'Overprovisioning', status: 'error' as const };
      const fix = { words: 'Switch it off.', commands: null, mend: null };
      const found = { check: { ...check, words: 'It is on.', evidence: [], fix }, cannot: null };
      const { app, store } = await apiFixture({
        doctor: {
          lookAtPool: ({ name, scaleSet }) =>
            name === 'broken'
              ? Promise.reject(new CloudError('unavailable', 'readSet', 'Azure does not answer.'))
              : Promise.resolve({ scaleSetId: scaleSet, facts: null, checks: [found], rights: [] }),
          lookAtSet: () => Promise.reject(new Error('not asked')),
          mend: () => Promise.reject(new Error('not asked')),
        },
      });
      await store.savePool(settings({ name: 'broken', organization: fabrikam, poolId: 7 }), null, false);
      const address = await app.listen({ host: '127.0.0.1', port: 0 });
      try {
        const place = ['--service', address, '--organization', fabrikam];
        const all = await withToken('manager', ...place);
        expect(all.code).toBe(1);
        expect(all.out).toContain('Pool linux on the scale set agents');
        expect(all.out).toMatch(/ERROR {4}Overprovisioning: It is on\.\n +Switch it off\./);
        expect(all.out).toMatch(/Pool broken\n +ERROR +\S/);
        const one = await withToken('manager', ...place, '--pool', 'linux', '--json');
        expect(JSON.parse(one.out)).toMatchObject({
          ok: false,
          isSandbox: false,
          pools: [{ pool: 'linux', errors: 1 }],
        });
        expect(await withToken('manager', ...place, '--pool', 'windows')).toMatchObject({
          ...{ code: 1, out: '', note: expect.stringContaining('shows you no pool "windows"') },
        });
        const stale = await withToken('nobody', ...place);
        expect([stale.code, stale.note]).toEqual([1, expect.stringContaining('new access token')]);
      } finally {
        await app.close();
      }
    });

    it('never sends a token in plain http, and says which words are missing', async () => {
      const org = ['--organization', fabrikam];
      for (const [token, args, word] of [
        ['t', ['--service', 'http://weir.example.com', ...org], '--service is not the https address'],
        ['t', ['--service', 'weir.example.com', ...org], '--service is not the https address'],
        ['t', ['--service', 'https://weir.example.com'], 'Add --organization'],
        [undefined, ['--service', 'https://weir.example.com', ...org], 'WEIR_TOKEN'],
        ['t', ['--service', 'https://weir.example.com', '--config', 'x'], 'two ways'],
        ['t', org, 'Add --service'],
      ] as const)
        expect(await withToken(token, ...args)).toMatchObject({
          code: 2,
          out: '',
          note: expect.stringContaining(word),
        });
    });
  });

  it('says what is wrong in words, with the command in the quoting of the shell', async () => {
    const [findings] = await checkSandbox((clouds, scaleSetId) => {
      clouds.azure.handle({
        ...{ method: 'PATCH', url: `https://management.azure.com${scaleSetId}?api-version=2026-04-01` },
        headers: { authorization: 'Bearer person' },
        body: JSON.stringify({ tags: { 'weir-owner': '\u001b[2Jx' }, properties: { overprovision: true } }),
      });
      const policies = `${scaleSetId.split('/').slice(0, 3).join('/')}/providers/Microsoft.Authorization/policy`;
      const policyRule = { if: { field: 'location', notIn: ['northeurope'] }, then: { effect: 'deny' } };
      for (const [kind, properties] of [
        ['Definitions', { policyRule }],
        ['Assignments', { displayName: 'Places', policyDefinitionId: `${policies}Definitions/p` }],
      ] as const)
        clouds.azure.handle({
          ...{ method: 'PUT', url: `https://management.azure.com${policies}${kind}/p?api-version=2022-06-01` },
          headers: { authorization: 'Bearer person' },
          body: JSON.stringify({ properties }),
        });
    });
    expect(hasErrors(findings!)).toBe(true);
    const text = findingsText(findings!, 'powershell');
    expect(text).toContain('ERROR    Overprovisioning: Overprovisioning is on:');
    expect(text).toMatch(/az vmss update --ids \S+ --set overprovision=false/);
    expect(text).toContain('ERROR    Azure policies: The policy "Places" denies the scale set as it is');
    expect(text).toContain('ERROR    Ownership: Weir made this scale set itself');
    expect(text).not.toContain('\u001b');
  });

  it('names an image that is wrong, and a pool that is gone', async () => {
    const [findings] = await checkSandbox((clouds, scaleSetId) => {
      clouds.azure.handle({
        ...{ method: 'DELETE', url: `https://management.azure.com${scaleSetId}?api-version=2026-04-01` },
        headers: { authorization: 'Bearer person' },
      });
      clouds.advance(Date.now() + 3_600_000);
    });
    expect(hasErrors(findings!)).toBe(true);
    expect(findingsText(findings!, 'bash')).toContain('There is no scale set agents in the resource group weir-agents');
  });

  it.each([
    [['check', 'x'], 2, 'USAGE'],
    [['check', '--pool', 'linux'], 2, 'USAGE'],
    [['check', '--shell', 'zsh'], 2, 'USAGE'],
    [['check', '--config', 'no-such-file.yaml'], 1, 'CONFIG_READ'],
  ])('%j exits with %d and says %s', async (args, code, word) => {
    const ran = await callWeir(...args);
    expect([ran.code, ran.out]).toEqual([code, '']);
    expect(ran.note).toContain(word);
  });

  it('names a pool that the file does not have, before it asks any cloud', async () => {
    const subscription = '00000000-0000-0000-0000-000000000001';
    const config = {
      publicUrl: 'https://weir.example.com',
      organizations: [{ url: 'https://dev.azure.com/fabrikam', identity: { kind: 'managedIdentity' } }],
      subscriptions: [{ id: subscription, identity: { kind: 'managedIdentity' } }],
      pools: [
        {
          ...{ name: 'linux', poolId: 7 },
          scaleSet: `/subscriptions/${subscription}/resourceGroups/agents/providers/Microsoft.Compute/virtualMachineScaleSets/linux`,
        },
      ],
    };
    const ran = await withFile(JSON.stringify(config), (file) =>
      callWeir('check', '--config', file, '--pool', 'windows'),
    );
    expect([ran.code, ran.note]).toEqual([1, expect.stringContaining('has no pool "windows"')]);
  });
});
