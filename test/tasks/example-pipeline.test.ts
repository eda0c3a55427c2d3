// The example pipeline of the documentation, held to what the tasks say of themselves: it is YAML, it gives each task what it needs and
// nothing that it does not know, and every output that it uses is one.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { parseDocument } from 'yaml';

const root = fileURLToPath(new URL('../../', import.meta.url));
const text = readFileSync(`${root}docs/example-pipeline.yml`, 'utf8');
const document = parseDocument(text);

interface Step {
  readonly task?: string;
  readonly name?: string;
  readonly script?: string;
  readonly inputs?: Readonly<Record<string, string | number | boolean>>;
}

interface Job {
  readonly job: string;
  readonly dependsOn?: string;
  readonly pool: { readonly name?: string; readonly demands?: readonly string[] };
  readonly variables?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

interface Stage {
  readonly stage: string;
  readonly dependsOn?: string | readonly string[];
  readonly jobs: readonly Job[];
}

interface TaskJson {
  readonly version: { readonly Major: number };
  readonly inputs: readonly {
    readonly name: string;
    readonly type: string;
    readonly required: boolean;
    readonly options?: Readonly<Record<string, string>>;
  }[];
  readonly outputVariables: readonly { readonly name: string }[];
}

/** Both branches of the template's condition, without it. */
const stages = (document.toJS() as { stages: Record<string, Stage[]>[] }).stages.flatMap((one) =>
  Object.values(one).flat(),
);
const ours = ['ValidateImage', 'PinImageVersion'];
const taskOf = (step: Step): string => step.task?.split('@')[0] ?? '';
const jsonOf = (task: string) => JSON.parse(readFileSync(`${root}tasks/${task}/task.json`, 'utf8')) as TaskJson;
const steps = stages.flatMap(({ stage, jobs }) =>
  jobs.flatMap((job) => job.steps.map((step) => ({ stage, job: job.job, step }))),
);
const ourSteps = steps.filter(({ step }) => ours.includes(taskOf(step)));

/** Of an output such as `check.imageVersion` of a job; null where there is none. */
function outputIn(stage: string, job: string, output: string): string | null {
  const [name, variable] = output.split('.');
  const found = ourSteps.find((one) => one.stage === stage && one.job === job && one.step.name === name);
  if (found === undefined) return null;
  return jsonOf(taskOf(found.step)).outputVariables.find((one) => one.name === variable)?.name ?? null;
}

describe('the example pipeline', () => {
  it('is YAML without a complaint, in stages that build on each other', () => {
    expect([...document.errors, ...document.warnings]).toEqual([]);
    expect(stages.map((one) => one.stage)).toEqual(['rollback', 'build', 'validate', 'canary', 'pin']);
    const known = new Set<string>();
    for (const { stage, dependsOn = [] } of stages) {
      for (const before of [dependsOn].flat()) expect(known).toContain(before);
      known.add(stage);
    }
  });

  it('uses both tasks: validation, admission for the run, pin and rollback', () => {
    const used = ourSteps.map(({ step }) => [step.task, step.inputs?.action ?? step.inputs?.scope ?? '']);
    expect(used).toEqual([
      ['PinImageVersion@1', 'rollback'],
      ['ValidateImage@1', ''],
      ['PinImageVersion@1', 'run'],
      ['PinImageVersion@1', ''],
    ]);
    for (const { step } of ourSteps) expect(step.task).toBe(`${taskOf(step)}@${jsonOf(taskOf(step)).version.Major}`);
  });

  it.each(ourSteps.map((one) => [`${one.stage} › ${one.job}`, one.step] as const))(
    'gives the task in %s what it needs, and nothing that it does not know',
    (_where, step) => {
      const { inputs } = jsonOf(taskOf(step));
      const given = step.inputs ?? {};
      const known = inputs.map((input) => input.name);
      expect(Object.keys(given).filter((name) => !known.includes(name))).toEqual([]);
      if (given.azureSubscription === undefined) expect([given.weirConnection, given.pool]).not.toContain(undefined);
      for (const { name, required, options, type } of inputs) {
        if (required) expect(given[name] ?? '').not.toBe('');
        if (options !== undefined && given[name] !== undefined) expect(Object.keys(options)).toContain(given[name]);
        if (type === 'boolean' && given[name] !== undefined) expect([true, false]).toContain(given[name]);
      }
    },
  );

  it('takes versions from outputs that there are', () => {
    const looked: (string | null)[] = [];
    for (const { stage, jobs } of stages) {
      for (const { variables = {}, dependsOn } of jobs) {
        for (const value of Object.values(variables)) {
          const far = /stageDependencies\.(\w+)\.(\w+)\.outputs\['([\w.]+)'\]/.exec(value);
          const near = /\[ dependencies\.(\w+)\.outputs\['([\w.]+)'\]/.exec(value);
          if (far !== null) looked.push(outputIn(far[1] ?? '', far[2] ?? '', far[3] ?? ''));
          if (near !== null) {
            expect(dependsOn).toBe(near[1]);
            looked.push(outputIn(stage, near[1] ?? '', near[2] ?? ''));
          }
        }
      }
    }
    expect(looked).toEqual(['imageVersion', 'imageVersion', 'imageVersion']);
    for (const { stage, job, step } of steps) {
      for (const [, name = '', output = ''] of (step.script ?? '').matchAll(/\$([A-Z]+)_([A-Z]+)/g)) {
        const all = ourSteps.filter((one) => one.stage === stage && one.job === job);
        const setter = all.find((one) => one.step.name?.toUpperCase() === name);
        const names = setter === undefined ? [] : jsonOf(taskOf(setter.step)).outputVariables.map((one) => one.name);
        expect(names.map((one) => one.toUpperCase())).toContain(output);
      }
    }
  });

  it('asks for the version in the demand of the canary alone', () => {
    const demanding = stages.flatMap(({ jobs }) => jobs.filter((job) => job.pool.demands !== undefined));
    expect(demanding.map(({ job, pool }) => [job, pool])).toEqual([
      [
        'canary',
        {
          name: 'linux-build',
          demands: ['ImageOverride -equals ubuntu-22.04', 'ImageVersionOverride -equals $(version)'],
        },
      ],
    ]);
  });
});
