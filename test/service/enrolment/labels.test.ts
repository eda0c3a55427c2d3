// Which labels a machine gets that was made for a lane, and which work folder.
import { describe, expect, it } from '@jest/globals';
import { vmId } from './attested.ts';
import { generation, scene } from './scene.ts';

const images = [
  { aliases: ['ubuntu-22.04', 'linux'], version: 'latest' },
  { aliases: ['windows-2022'], version: '2.0.0', osType: 'windows' },
];

async function claimOf(
  made: Partial<typeof generation>,
  settings: Record<string, unknown> = {},
  variable: string | null = null,
) {
  const world = await scene({ images, ...settings });
  await world.store.endGeneration(world.lease, generation.generationId);
  await world.store.startGeneration(world.lease, { ...generation, ...made });
  const answer = await world.claim({}, { reported: { forbiddenVariables: [], workFolderVariable: variable } });
  const [registration] = world.azureDevOps.registrations;
  return { answer, registration: registration!, notes: world.notes };
}

describe('a machine of a lane', () => {
  it('says the image and the exact version that its lane is made for, not those of the first image', async () => {
    const { answer, registration } = await claimOf({ image: 'windows-2022', version: '1.9.0' });
    expect(answer.files['.capabilities']).toBe(
      'ImageOverride=windows-2022\nImageVersionOverride=1.9.0\nWorkFolder=D:\\_work\n',
    );
    expect(registration.systemCapabilities).toMatchObject({
      ImageOverride: 'windows-2022',
      ImageVersionOverride: '1.9.0',
      'Agent.OS': 'Windows_NT',
      'Agent.HomeDirectory': 'C:\\agent',
    });
    expect(answer.package.downloadUrl).toContain('win-x64');
    expect(answer.defaultWorkFolder).toBe('D:\\_work');
  });

  it('has the version of `latest` that was resolved when it was made', async () => {
    const { answer } = await claimOf({ image: 'ubuntu-22.04', version: '3.1.0' });
    expect(answer.files['.capabilities']).toBe(
      'ImageOverride=ubuntu-22.04\nImageVersionOverride=3.1.0\nWorkFolder=/mnt/_work\n',
    );
  });

  it('answers to the alias that its job named, where the image has several', async () => {
    const { answer } = await claimOf({ image: 'ubuntu-22.04', version: '3.1.0', alias: 'linux' });
    expect(answer.files['.capabilities']).toContain('ImageOverride=linux\n');
    const own = await claimOf({ alias: 'linux' });
    expect(own.answer.files['.capabilities']).toContain('ImageOverride=linux\n');
  });

  it('of an image without versions names none', async () => {
    const { answer } = await claimOf({ image: 'ubuntu-22.04' });
    expect(answer.files['.capabilities']).toBe('ImageOverride=ubuntu-22.04\nWorkFolder=/mnt/_work\n');
  });
});

describe('custom capability tags never survive a reimage', () => {
  const tags = { customCapabilities: ['repo', 'docs'] };
  it.each([
    ['of a stateful pool with declared tags', { recycleAfterEachUse: false, demands: tags }],
    ['of a stateful pool that declares none', { recycleAfterEachUse: false }],
    ['of a stateless pool', { recycleAfterEachUse: true, demands: tags }],
  ])('the new life of a machine %s says and registers none', async (_whose, settings) => {
    const { answer, registration } = await claimOf({ image: 'ubuntu-22.04', version: '3.1.0' }, settings);
    // What the agent says of itself, and what it is registered with: there is no third place for a label (DESIGN, fact 9).
    expect(JSON.stringify([answer.files, registration])).not.toMatch(/CustomCapabilities/i);
    expect(registration.systemCapabilities).toHaveProperty('ImageOverride', 'ubuntu-22.04');
  });
});

describe('the work folder', () => {
  it('that the job asked for wins over the setting and the variable of the image', async () => {
    const { answer } = await claimOf({ workFolder: '/mnt/wanted' }, { workFolder: '/mnt/pool' }, '/mnt/image');
    expect(answer.workFolder).toBe('/mnt/wanted');
    expect(answer.files['.capabilities']).toContain('WorkFolder=/mnt/wanted\n');
  });

  it('that may not be used gives the default, and a warning that says whose it was', async () => {
    const { answer, notes } = await claimOf({ workFolder: '/etc/x' });
    expect(answer.workFolder).toBe('/mnt/_work');
    expect(answer.warnings).toEqual([expect.stringMatching(/The demand WorkFolder is .*\/mnt\/_work is used/)]);
    expect(notes).toEqual([expect.objectContaining({ level: 'warning', vmId })]);
  });

  it('of the pool is not put on a machine of the other operating system', async () => {
    const { answer } = await claimOf({ image: 'windows-2022', version: '2.0.0' }, { workFolder: '/mnt/pool' });
    expect(answer.workFolder).toBe('D:\\_work');
    expect(answer.warnings).toEqual([]);
  });

  it('that a pass chooses until the claim is the one that is handed over', async () => {
    const world = await scene({ images });
    const claiming = world.store.claimGeneration.bind(world.store);
    world.store.claimGeneration = async (generationId, now) => {
      await world.store.changeGeneration(world.lease, generationId, { workFolder: '/mnt/late' });
      return await claiming(generationId, now);
    };
    const answer = await world.claim();
    expect(answer.workFolder).toBe('/mnt/late');
  });
});
