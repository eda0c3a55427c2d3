// Why jobs wait, as the API tells it: the tester of demands, and the jobs of one run.
import { beforeEach, describe, expect, it } from '@jest/globals';
import { readDemandText } from '../../../service/api/demand-text.ts';
import { UserProblem } from '../../../service/problem.ts';
import { bootingMachine, jobRequest, machine, memory, now0, scene } from '../../builders.ts';
import { apiFixture, type Fixture } from './api-fixture.ts';
import { detailOf } from './pool-scene.ts';

const project = '11111111-2222-4333-8444-555555555555';

describe('the text of demands', () => {
  it.each([
    ['one in a line', 'java\n\n# a remark\n Agent.OS -equals Linux ', ['java', 'Agent.OS -equals Linux']],
    [
      'a YAML list',
      'demands:\n- java\n- ImageOverride -equals Windows 2022\n',
      ['java', 'ImageOverride -equals Windows 2022'],
    ],
    ['a bare YAML list', '- java\n- git', ['java', 'git']],
    ['one demand as a YAML text', 'demands: Agent.OS -equals Linux', ['Agent.OS -equals Linux']],
    ['a pool with demands', 'pool:\n  name: linux\n  demands:\n    - java', ['java']],
    ['a pool without demands', 'pool:\n  name: linux', []],
    ['a pool by its name', 'pool: linux', ['linux']],
    ['nothing', '  \n', []],
  ])('may be %s', (_what, text, demands) => {
    expect(readDemandText(text)).toEqual(demands);
  });

  it.each([
    ['broken YAML', 'demands: [java', 'This is not YAML'],
    ['more demands than any job has', 'x\n'.repeat(101), 'more than 100'],
    ['YAML about something else', 'pool:\n  demands:\n    of: 3\n    and: 4', 'found no demands'],
  ])('is refused with the reason where it is %s', (_what, text, words) => {
    const refused = (): unknown => readDemandText(text);
    expect(refused).toThrow(UserProblem);
    expect(refused).toThrow(words);
  });
});

describe('the tester of demands', () => {
  let fixture: Fixture;
  const ask = (text: string, token = 'reader') =>
    fixture.ask('/v1/pools/linux/explain', { method: 'POST', payload: { text }, token });

  beforeEach(async () => {
    fixture = await apiFixture();
    const observation = scene({ machines: [machine(1)], requests: [jobRequest({ requestId: 5 })] });
    const document = JSON.stringify({ observation, memory: memory() });
    await fixture.store.writePicture(fixture.lease, { at: now0, document });
  });

  it('says where a job without demands would run', async () => {
    const { status, body } = await ask('');
    expect(status).toBe(200);
    expect(body).toMatchObject({ demands: [], pictureAt: new Date(now0).toISOString() });
    expect((body as { fits: unknown[] }).fits.length).toBeGreaterThan(0);
  });

  it('names the demand that fails on each agent, and what the agent has instead', async () => {
    const { body } = await ask('demands:\n- Agent.OS -equals Darwin');
    expect(body).toMatchObject({ verdict: 'noAgentMatches', fits: [] });
    const { nearMisses } = body as { nearMisses: { fails: { demand: string; has: string | null }[] }[] };
    expect(nearMisses[0]?.fails).toEqual([{ demand: 'Agent.OS -equals Darwin', has: 'Linux' }]);
  });

  it('shows an image once, however many placeholders stand for it', async () => {
    const base = scene({ machines: [machine(1)] });
    const copy = base.agents.value.find((one) => one.agentId === base.placeholders[0]!.agentId)!;
    const more = [1, 2, 3].map((id) => ({ ...copy, agentId: 9100 + id, name: `${copy.name}-${id}` }));
    const placeholders = [
      ...base.placeholders,
      ...more.map(({ agentId, name }) => ({ agentId, name, image: base.placeholders[0]!.image })),
    ];
    const agents = { ...base.agents, value: [...base.agents.value, ...more] };
    const document = JSON.stringify({ observation: { ...base, agents, placeholders }, memory: memory() });
    await fixture.store.writePicture(fixture.lease, { at: now0, document });
    const names = async (text: string, list: 'fits' | 'nearMisses') =>
      ((await ask(text)).body as Record<typeof list, { of: string; name: string }[]>)[list]
        .filter((one) => one.of === 'image')
        .map((one) => one.name);
    expect(await names('', 'fits')).toEqual(['ubuntu-22.04']);
    expect(await names('java', 'nearMisses')).toEqual(['ubuntu-22.04']);
  });

  it('changes nothing: the same question has the same answer', async () => {
    expect((await ask('java')).body).toEqual((await ask('java')).body);
  });

  it('is for those who may see the pool, and says so while nobody has looked at it', async () => {
    expect((await ask('', 'stranger')).status).toBe(404);
    const fresh = await apiFixture();
    const answer = await fresh.ask('/v1/pools/linux/explain', { method: 'POST', payload: { text: '' } });
    expect(answer).toMatchObject({ status: 503, body: { code: 'PICTURE_MISSING' } });
  });

  it('refuses what it cannot read with the field and the next step', async () => {
    expect(await ask('demands: [java')).toMatchObject({
      status: 400,
      body: { code: 'DEMANDS_TEXT', field: 'text', nextStep: expect.stringContaining('one demand in a line') },
    });
  });
});

describe('the jobs of a run', () => {
  it('come with their verdicts, from every pool that the asker may see', async () => {
    const fixture = await apiFixture();
    const requests = [
      jobRequest({ requestId: 1, runId: 77, projectId: project }),
      jobRequest({ requestId: 2, runId: 78, projectId: project }),
      jobRequest({ requestId: 3, runId: 77, projectId: '99999999-2222-4333-8444-555555555555' }),
    ];
    const detail = detailOf(scene({ machines: [bootingMachine(1)], requests }));
    await fixture.store.writeView(fixture.lease, { at: now0, document: JSON.stringify(detail) });
    const { body } = await fixture.ask(`/v1/runs/77?project=${project.toUpperCase()}`);
    expect(body).toMatchObject({ jobs: [{ pool: 'linux', request: { requestId: 1, position: 1 } }] });
    expect((body as { jobs: unknown[] }).jobs).toHaveLength(1);
    expect((await fixture.ask(`/v1/runs/77?project=${project}`, { token: 'stranger' })).body).toMatchObject({
      jobs: [],
    });
    expect((await fixture.ask('/v1/runs/77')).status).toBe(400);
  });
});
