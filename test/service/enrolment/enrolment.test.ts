// Who may become an agent, what it gets, and what is left behind when something fails.
import { describe, expect, it } from '@jest/globals';
import { vmId } from './attested.ts';
import { scene } from './scene.ts';

describe('an expected machine', () => {
  it('gets an agent of its own, registered and disabled before its key leaves the service', async () => {
    const world = await scene();
    const answer = await world.claim({}, { computerName: 'agents000003', osDescription: 'Linux 6.8' });
    expect(world.azureDevOps.calls).toEqual(['readAgentPackage', 'registerAgent', 'setAgentEnabled']);
    expect([...world.azureDevOps.agents.values()]).toEqual([{ name: 'agents-3-567892', isEnabled: false }]);
    expect(world.azureDevOps.registrations).toEqual([
      {
        name: 'agents-3-567892',
        version: '5.278.0',
        osDescription: 'Linux 6.8',
        publicKey: { modulus: 'bW9k', exponent: 'AQAB' },
        systemCapabilities: {
          ImageOverride: 'ubuntu-22.04',
          WorkFolder: '/mnt/_work',
          'Agent.Name': 'agents-3-567892',
          'Agent.Version': '5.278.0',
          'Agent.OS': 'Linux',
          'Agent.OSArchitecture': 'X64',
          'Agent.HomeDirectory': '/agent',
          'Agent.ComputerName': 'agents000003',
          'Weir.Generation': 'g1',
        },
      },
    ]);
    expect(JSON.parse(answer.files['.agent'])).toMatchObject({
      agentId: 41,
      agentName: 'agents-3-567892',
      poolId: 5,
      serverUrl: 'https://dev.azure.com/fabrikam/',
    });
    expect(answer.files['.capabilities']).toBe('ImageOverride=ubuntu-22.04\nWorkFolder=/mnt/_work\n');
    expect(answer.files['.setup_info']).toContain(vmId);
    expect(answer).toMatchObject({
      runOnce: true,
      isInteractive: false,
      workFolder: '/mnt/_work',
      warnings: [],
      package: { version: '5.278.0', sha256: 'ab'.repeat(32) },
    });
    expect(await world.store.findGeneration(vmId)).toMatchObject({
      generation: { agentId: 41, agentName: 'agents-3-567892', claimedAt: world.now },
    });
    expect(world.notes).toEqual([]);
  });

  it('stays where the pool does not recycle its machines, and says which version its image was pinned to', async () => {
    const world = await scene({
      recycleAfterEachUse: false,
      agentVersion: '5.270.0',
      images: [{ aliases: ['u'], version: '1.2.3' }],
    });
    const answer = await world.claim();
    expect(answer).toMatchObject({ runOnce: false, package: { version: '5.270.0' } });
    expect(answer.files['.capabilities']).toContain('ImageVersionOverride=1.2.3\n');
  });

  it('takes its work folder from the pool, else from the image, else the default', async () => {
    const withVariable = (workFolderVariable: string | null) => ({
      reported: { forbiddenVariables: [], workFolderVariable },
    });
    const fromPool = await scene({ workFolder: '/mnt/storage/sdc/w/' });
    expect(await fromPool.claim({}, withVariable('/data/w'))).toMatchObject({ workFolder: '/mnt/storage/sdc/w' });
    const fromImage = async (variable: string | null) =>
      (await (await scene()).claim({}, withVariable(variable))).workFolder;
    expect(await fromImage('/user/local/custom-work-folder')).toBe('/user/local/custom-work-folder');
    expect(await fromImage('w/deep')).toBe('/agent/w/deep');
    expect(await fromImage('')).toBe('/mnt/_work');
    expect(await fromImage(null)).toBe('/mnt/_work');
  });

  it.each(['/etc/x', '/mnt/../root', 'c:\\work', '/mnt/a;reboot', '/mnt/$(id)', '../x'])(
    'gets the default and a warning for the work folder %s',
    async (workFolderVariable) => {
      const world = await scene();
      const answer = await world.claim({}, { reported: { forbiddenVariables: [], workFolderVariable } });
      expect(answer.workFolder).toBe('/mnt/_work');
      expect(answer.files['.capabilities']).toContain('WorkFolder=/mnt/_work\n');
      expect(answer.warnings).toEqual([expect.stringMatching(/^WORKFOLDER_/)]);
      expect(answer.files['.setup_info']).toContain('"Weir: warning","detail":"WORKFOLDER_');
      expect(world.notes).toMatchObject([{ level: 'warning', pool: 'linux', vmId }]);
    },
  );

  it('has its forbidden variables reported by name', async () => {
    const world = await scene();
    await world.claim(
      {},
      { reported: { forbiddenVariables: ['VSTS_AGENT_INPUT_URL', 'VSTS_AGENT_INPUT_POOL'], workFolderVariable: null } },
    );
    expect(world.notes).toMatchObject([
      { level: 'warning', words: expect.stringContaining('VSTS_AGENT_INPUT_URL, VSTS_AGENT_INPUT_POOL') },
    ]);
  });
});
