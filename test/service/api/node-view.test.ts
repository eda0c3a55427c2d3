// What the hub is told of one node beside its state: its boot, what failed, its way out, and a work folder that is another.
import { describe, expect, it } from '@jest/globals';
import type { NodeView } from '../../../contract/api.ts';
import { bootingMachine, machine, minute, now0, operation, scene } from '../../builders.ts';
import { detailOf } from './pool-scene.ts';

const at = (minutes: number) => new Date(now0 + minutes * minute).toISOString();

function viewOf(picture: Parameters<typeof scene>[0], overrides: Parameters<typeof detailOf>[1] = {}): NodeView {
  const [node] = detailOf(scene(picture), overrides).nodes;
  return node!;
}

describe('a node in full', () => {
  it('tells its boot, its image and the version of its agent', () => {
    const view = viewOf({
      machines: [machine(1, { generation: { image: 'ubuntu', version: '1.2.0' }, agent: { version: '4.248.0' } })],
    });
    expect(view).toMatchObject({
      ...{
        image: 'ubuntu',
        imageVersion: '1.2.0',
        agentVersion: '4.248.0',
        isSaved: false,
        operation: null,
        steps: [],
      },
      boot: { startedBy: 'create', startedAt: at(-12), claimedAt: at(-10), onlineAt: at(-9) },
    });
  });

  it('tells the end of what each extension says, while it boots', () => {
    const message = `${'x'.repeat(9000)} exit 7`;
    const extensions = [{ name: 'setup', code: 'failed', level: 'error' as const, message }];
    const [step] = viewOf({ machines: [bootingMachine(1, minute, { instance: { extensions } })] }).steps ?? [];
    expect(step).toMatchObject({ name: 'setup', level: 'error', code: 'failed' });
    expect([step!.message.length, step!.message.slice(-6)]).toEqual([4000, 'exit 7']);
  });

  it('tells why it is kept, and until when', () => {
    const generation = {
      isSaved: true,
      isDisabledByWeir: true,
      savedBecause: 'Its job failed.',
      savedUntil: now0 + minute,
    };
    const view = viewOf({ machines: [machine(1, { generation })] });
    expect(view).toMatchObject({ state: 'saved', savedBecause: 'Its job failed.', deadlineAt: at(1) });
  });

  it('tells how far it is on its way out, and who asked for it', () => {
    const reason = { code: 'drainedByPerson', words: 'Mary asked to drain agents_1.' };
    const operations = [operation({ phase: 'draining', reason, lastProblem: 'no answer' })];
    expect(viewOf({ machines: [machine(1)], operations }).operation).toEqual({
      ...{ kind: 'delete', phase: 'draining', words: 'Mary asked to drain agents_1.', problem: 'no answer' },
      ...{ startedAt: at(-1 / 6), phaseSince: at(-1 / 6) },
    });
  });

  it.each([
    ['is the one of the settings', '/mnt/w', { WorkFolder: '/mnt/w' }, '/mnt/w', null],
    ['was no folder at all', '/mnt/w', { WorkFolder: '/agent/_work' }, '/agent/_work', '/mnt/w cannot be used'],
    [
      'could not be made there',
      '/mnt/w',
      { WorkFolder: '/mnt/w', 'Weir.WorkFolderUnusable': '/mnt/w' },
      null,
      '/mnt/w cannot be used',
    ],
    ['is nobody’s wish', null, { WorkFolder: '/agent/_work' }, '/agent/_work', null],
  ])('tells that its work folder %s', (_what, workFolder, systemCapabilities, shown, problem) => {
    const view = viewOf({ machines: [machine(1, { agent: { systemCapabilities } })] }, { workFolder });
    expect(view.workFolder).toBe(shown);
    if (problem === null) expect(view.workFolderProblem).toBeNull();
    else expect(view.workFolderProblem).toContain(problem);
  });
});
