// Demands of classic definitions, from their JSON in both forms that the specification allows.
import { describe, expect, it } from '@jest/globals';
import { readBuildDefinition, readReleaseDefinition } from '../../../service/discovery/classic.ts';

describe('a build definition', () => {
  const definition = {
    queue: { id: 5 },
    demands: ['npm'],
    variables: { folder: { value: '/mnt/a' }, secret: { isSecret: true }, free: { value: 'x', allowOverride: true } },
    process: {
      type: 1,
      phases: [
        { name: 'one', target: { type: 1, demands: [{ name: 'maven' }, { name: 'WorkFolder', value: '$(folder)' }] } },
        { name: 'two', target: { type: 1, queue: { id: 6 }, demands: ['other pool'] } },
        { name: 'three', target: { type: 2 } },
        { name: 'four', target: { type: 1, demands: ['X -equals $(free)'] } },
      ],
    },
  };

  it('has the demands of each phase on the pool, with its own', () => {
    expect(readBuildDefinition(definition, [5])).toEqual({
      jobs: [{ job: 'one', line: 0, demands: ['npm', 'maven', 'WorkFolder -equals /mnt/a'] }],
      notCovered: [{ line: 0, words: 'the demand "X -equals $(free)" of phase four is only known to the run' }],
    });
  });

  it.each([[null], ['x'], [{}], [{ process: { phases: 'x' } }], [{ process: { phases: [null, 3] } }]])(
    'that is something else has none: %p',
    (raw) => {
      expect(readBuildDefinition(raw, [5]).jobs).toEqual([]);
    },
  );
});

it('a release definition has the demands of each agent phase on the pool', () => {
  const raw = {
    variables: { image: { value: 'a' } },
    environments: [
      {
        name: 'production',
        variables: { image: { value: 'b' } },
        demands: [],
        deployPhases: [
          {
            name: 'run',
            phaseType: 'agentBasedDeployment',
            deploymentInput: { queueId: 5, demands: ['ImageOverride -equals $(image)'] },
          },
          { name: 'manual', phaseType: 'runOnServer', deploymentInput: { queueId: 5 } },
          { name: 'elsewhere', phaseType: 'agentBasedDeployment', deploymentInput: { queueId: 9, demands: ['x'] } },
        ],
      },
    ],
  };
  expect(readReleaseDefinition(raw, [5]).jobs).toEqual([
    { job: 'production › run', line: 0, demands: ['ImageOverride -equals b'] },
  ]);
});
