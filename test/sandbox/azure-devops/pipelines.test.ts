// Pipelines as a reader of demands meets them: lists, dry runs, permissions on a queue, runs and release definitions.
import { describe, expect, it } from '@jest/globals';
import { scene, start } from './organization.ts';

const api = 'api-version=7.1';
const dayMs = 86_400_000;

describe('a preview', () => {
  const on = scene();
  const { id } = on.emulator.addPipeline({
    name: 'web shop',
    yaml: {
      main: 'pool: linux\n',
      next: 'pool: windows\n',
      broken: { error: '/azure-pipelines.yml (Line: 7, Col: 3): Unexpected symbol: x' },
    },
  });
  const preview = (body: unknown, options = {}) =>
    on.ask('POST', `Fabrikam/_apis/pipelines/${String(id)}/preview?${api}`, body, options);
  const of = (refName: string) => ({ previewRun: true, resources: { repositories: { self: { refName } } } });

  it('answers the final YAML of the default branch, of the branch asked for, or of the override', async () => {
    expect((await preview({})).json).toEqual({ finalYaml: 'pool: linux\n' });
    expect((await preview(of('refs/heads/next'))).json).toEqual({ finalYaml: 'pool: windows\n' });
    expect((await preview({ yamlOverride: 'a: b' })).json).toEqual({ finalYaml: 'a: b' });
  });

  it.each([
    ['refs/heads/broken', /Line: 7, Col: 3/],
    ['refs/heads/gone', /File not found in repository at branch refs\/heads\/gone/],
  ])('of %s fails with the words of the service', async (branch, words) => {
    const answer = await preview(of(branch));
    expect(answer.status).toBe(400);
    expect(answer.json).toMatchObject({
      typeKey: 'PipelineValidationException',
      message: expect.stringMatching(words),
    });
  });

  it('is refused to who may not view builds, and unknown for what is no pipeline', async () => {
    const strict = scene({ tokens: { outsider: { name: 'outsider', rights: 1, readsPipelines: false } } });
    const pipeline = strict.emulator.addPipeline({ name: 'a', yaml: { main: '' } });
    const path = `Fabrikam/_apis/pipelines/${String(pipeline.id)}/preview?${api}`;
    expect((await strict.ask('POST', path, {}, { token: 'outsider' })).json).toMatchObject({
      typeKey: 'AccessDeniedException',
    });
    expect((await on.ask('POST', `Fabrikam/_apis/pipelines/999/preview?${api}`, {})).status).toBe(404);
  });
});

describe('the pipelines of a project', () => {
  it('are listed in pages, with all that a definition has where it is asked for', async () => {
    const on = scene();
    for (const name of ['a', 'b', 'c']) on.emulator.addPipeline({ name, file: `${name}.yml`, yaml: { main: '' } });
    on.emulator.addPipeline({ name: 'a', yaml: { main: 'changed' } });
    const path = `Fabrikam/_apis/build/definitions?includeAllProperties=true&$top=2&${api}`;
    const first = await on.ask('GET', path);
    expect(first.headers['x-ms-continuationtoken']).toBe('2');
    expect(first.json.value).toMatchObject([
      { name: 'a', revision: 2, process: { type: 2 }, repository: { defaultBranch: 'refs/heads/main' } },
      { name: 'b', revision: 1, process: { yamlFilename: 'b.yml' } },
    ]);
    expect(await on.rows(`${path}&continuationToken=2`)).toMatchObject([{ name: 'c' }]);
    expect(await on.rows(`Fabrikam/_apis/pipelines?${api}`)).toHaveLength(3);
  });

  it('tell in their runs which branches are in use', async () => {
    const on = scene();
    const { id } = on.emulator.addPipeline({ name: 'a', yaml: { main: '' } });
    on.emulator.addRun(id, 'feature/x', start - 3 * dayMs);
    on.emulator.addRun(id, 'old', start - 30 * dayMs);
    const least = new Date(start - 14 * dayMs).toISOString();
    expect(await on.rows(`Fabrikam/_apis/build/builds?minTime=${least}&${api}`)).toMatchObject([
      { sourceBranch: 'refs/heads/feature/x', definition: { id } },
    ]);
  });
});

describe('the permissions of a queue', () => {
  it('name the pipelines that may use it, and say apart that all may', async () => {
    const on = scene();
    const { id } = on.emulator.addPipeline({ name: 'a', yaml: {}, poolIds: [on.poolId] });
    const [queue] = await on.rows(`Fabrikam/_apis/distributedtask/queues?poolIds=${String(on.poolId)}&${api}`);
    const path = `Fabrikam/_apis/pipelines/pipelinepermissions/queue/${String(queue!.id)}?api-version=7.1-preview.1`;
    expect((await on.ask('GET', path)).json).toMatchObject({ pipelines: [{ id, authorized: true }] });
    expect((await on.ask('GET', path)).json.allPipelines).toBeUndefined();
    await on.ask('PATCH', path, { allPipelines: { authorized: true }, pipelines: [{ id, authorized: false }] });
    expect((await on.ask('GET', path)).json).toMatchObject({ allPipelines: { authorized: true }, pipelines: [] });
  });

  it('grow with the pipelines whose jobs ran there', async () => {
    const on = scene();
    await on.register('placeholder');
    await on.queue([]);
    const [queue] = await on.rows(`Fabrikam/_apis/distributedtask/queues?poolIds=${String(on.poolId)}&${api}`);
    const path = `Fabrikam/_apis/pipelines/pipelinepermissions/queue/${String(queue!.id)}?api-version=7.1-preview.1`;
    expect((await on.ask('GET', path)).json.pipelines).toHaveLength(1);
  });
});

it('release definitions are listed with their environments where they are asked for', async () => {
  const on = scene();
  const { id } = on.emulator.addReleaseDefinition('ship', { environments: [{ name: 'production' }] });
  const path = `Fabrikam/_apis/release/definitions?${api}`;
  expect(await on.rows(path)).toEqual([expect.not.objectContaining({ environments: expect.anything() })]);
  expect(await on.rows(`${path}&$expand=environments`)).toMatchObject([{ id, environments: [{ name: 'production' }] }]);
});
