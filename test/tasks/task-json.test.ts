// What the two tasks say of themselves, held to what the agent and the Marketplace ask (hub-and-tasks.md 5.1).
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

interface TaskJson {
  readonly id: string;
  readonly name: string;
  readonly friendlyName: string;
  readonly version: Readonly<Record<'Major' | 'Minor' | 'Patch', number>>;
  readonly instanceNameFormat: string;
  readonly inputs: readonly {
    readonly name: string;
    readonly type: string;
    readonly label: string;
    readonly helpMarkDown: string;
    readonly visibleRule?: string;
  }[];
  readonly outputVariables: readonly { readonly name: string; readonly description: string }[];
  readonly execution: Readonly<Record<string, { readonly target: string }>>;
}

const types = ['string', 'boolean', 'multiLine', 'pickList', 'connectedService:weir', 'connectedService:AzureRM'];
const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (task: string) => JSON.parse(readFileSync(`${root}tasks/${task}/task.json`, 'utf8')) as TaskJson;

describe.each(['ValidateImage', 'PinImageVersion'])('the task %s', (name) => {
  const task = read(name);
  const source = [
    'ValidateImage/validate-image.ts',
    'ValidateImage/straight-on-azure.ts',
    'PinImageVersion/pin-image-version.ts',
    'weir-service.ts',
  ]
    .map((file) => readFileSync(`${root}tasks/${file}`, 'utf8'))
    .join('\n');

  it('has an id, a name that fits, and runs on both Nodes of the agent from the same file', () => {
    expect(task.id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(task.name).toBe(name);
    expect(task.friendlyName.length).toBeLessThanOrEqual(40);
    expect(task.execution).toEqual({ Node20_1: { target: 'index.js' }, Node24: { target: 'index.js' } });
    expect(Object.values(task.version).every(Number.isInteger)).toBe(true);
  });

  it('explains each input, and its rules name inputs that there are', () => {
    const names = task.inputs.map((input) => input.name);
    for (const input of task.inputs) {
      expect(input.name).toMatch(/^[A-Za-z][A-Za-z0-9]*$/);
      expect(types).toContain(input.type);
      expect(input.helpMarkDown.length).toBeGreaterThan(10);
      if (input.visibleRule !== undefined) expect(names).toContain(input.visibleRule.split(' ')[0]);
    }
    for (const [, used = ''] of task.instanceNameFormat.matchAll(/\$\((\w+)\)/g)) expect(names).toContain(used);
  });

  it('reads every input that it declares', () => {
    for (const { name: input } of task.inputs) expect(source).toContain(`'${input}'`);
  });

  it('declares its outputs', () => {
    for (const { name: output } of task.outputVariables) expect(source).toContain(`agent.output('${output}'`);
  });
});

it('the two tasks have ids of their own', () => {
  expect(read('ValidateImage').id).not.toBe(read('PinImageVersion').id);
});
