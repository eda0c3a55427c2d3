// The adapter of pipelines against the emulated organisation: every read comes through, whole, and refusals say what they are.
import { describe, expect, it } from '@jest/globals';
import { createAzureDevOpsEmulator } from '../../sandbox/azure-devops/emulator.ts';
import { verifySignature } from '../../sandbox/azure-devops/serve.ts';
import { createPipelines } from '../../service/azure-devops/pipelines.ts';

const now = Date.UTC(2026, 0, 5, 8);
const day = 86_400_000;

function stage() {
  const hosts = new Set<string>();
  const emulator = createAzureDevOpsEmulator({
    now,
    random: () => 0.5,
    verifySignature,
    tokens: { outsider: { name: 'outsider', rights: 1, readsPipelines: false } },
  });
  const pool = emulator.addPool({ name: 'linux' });
  const as = (token: string) =>
    createPipelines({
      send: (request) => {
        hosts.add(new URL(request.url).host);
        return Promise.resolve(emulator.handle(request));
      },
      organization: new URL('https://dev.azure.com/fabrikam'),
      authorization: () => Promise.resolve(`Bearer ${token}`),
      clock: { now: () => now, sleep: () => Promise.resolve() },
      random: { next: () => 0.5 },
    });
  return { emulator, pool, pipelines: as('weir'), outsider: as('outsider'), hosts };
}

describe('the pipelines of an organisation', () => {
  it('are read with their queues, permissions, runs and release definitions', async () => {
    const { emulator, pool, pipelines, hosts } = stage();
    const yaml = { main: 'pool: linux\n', next: { error: '/a.yml (Line: 1, Col: 1): Unexpected value' } };
    const { id } = emulator.addPipeline({ name: 'web shop', yaml, poolIds: [pool.id] });
    emulator.addPipeline({ name: 'off', queueStatus: 'disabled' });
    emulator.addPipeline({ name: 'draft', quality: 'draft' });
    emulator.addPipeline({ name: 'old', classic: { queue: { id: 9 }, process: { type: 1, phases: [] } } });
    emulator.addRun(id, 'next', now - day);
    emulator.addReleaseDefinition('ship', { environments: [{ name: 'production' }] });
    const [project] = await pipelines.listProjects();
    const { projectId } = project!;
    const [queue] = await pipelines.listQueues(projectId, pool.id);
    expect(queue?.name).toBe('linux');
    expect(await pipelines.readQueuePermissions(projectId, queue!.queueId)).toEqual({
      isOpenToAll: false,
      pipelineIds: [id],
    });
    expect(await pipelines.listPipelines(projectId)).toMatchObject([
      { name: 'web shop', kind: 'yaml', file: 'azure-pipelines.yml', defaultBranch: 'refs/heads/main', revision: 1 },
      { name: 'old', kind: 'classic', defaultQueueId: 9 },
    ]);
    expect(await pipelines.listRecentRuns(projectId, now - 14 * day)).toMatchObject([
      { pipelineId: id, branch: 'refs/heads/next' },
    ]);
    expect(await pipelines.preview(projectId, id, null)).toBe('pool: linux\n');
    await expect(pipelines.preview(projectId, id, 'refs/heads/next')).rejects.toMatchObject({
      kind: 'invalid',
      code: 'PipelineValidationException',
      message: expect.stringContaining('Line: 1'),
    });
    expect(await pipelines.listReleaseDefinitions(projectId)).toMatchObject([
      { name: 'ship', definition: { environments: [{ name: 'production' }] } },
    ]);
    expect([...hosts]).toEqual(['dev.azure.com', 'vsrm.dev.azure.com']);
  });

  it('come in all pages', async () => {
    const { emulator, pipelines } = stage();
    for (let index = 0; index < 450; index += 1) emulator.addPipeline({ name: `p${String(index)}` });
    const [project] = await pipelines.listProjects();
    expect(await pipelines.listPipelines(project!.projectId)).toHaveLength(450);
  });

  it('are denied to who may not view builds', async () => {
    const { pipelines, outsider } = stage();
    const [project] = await pipelines.listProjects();
    await expect(outsider.listPipelines(project!.projectId)).rejects.toMatchObject({ kind: 'denied' });
  });
});
