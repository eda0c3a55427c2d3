// What the two tasks say of themselves, held to what the agent and the Marketplace ask (hub-and-tasks.md 5.1).
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';

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

/** What the published schema of task.json (tasks.schema.json of the task library) allows of the fields that we use, and no other field. */
const closed = (properties: object, required: readonly string[] = []) => ({
  ...{ type: 'object', additionalProperties: false, properties, required },
});
const text = { type: 'string' };
const named = (pattern: string) => ({ type: 'string', pattern });
const handler = closed({ target: text }, ['target']);
const isTask = new Ajv({ allErrors: true }).compile(
  closed(
    {
      ...{ description: text, helpMarkDown: text, author: text, instanceNameFormat: text },
      id: named('^[A-Fa-f0-9]{8}(-[A-Fa-f0-9]{4}){3}-[A-Fa-f0-9]{12}$'),
      name: named('^[A-Za-z0-9-]+$'),
      friendlyName: { type: 'string', maxLength: 40 },
      category: { enum: ['Build', 'Utility', 'Test', 'Package', 'Deploy'] },
      version: closed({ Major: { type: 'integer' }, Minor: { type: 'integer' }, Patch: { type: 'integer' } }),
      minimumAgentVersion: named('^\\d+\\.\\d+(\\.\\d+)?$'),
      inputs: {
        type: 'array',
        items: closed(
          {
            ...{ label: text, defaultValue: text, helpMarkDown: text, visibleRule: text },
            name: named('^[A-Za-z][A-Za-z0-9]*$'),
            type: named('^(boolean|filePath|multiLine|pickList|radio|secureFile|string|connectedService:.+)$'),
            required: { type: 'boolean' },
            options: { type: 'object', additionalProperties: text },
          },
          ['name', 'label', 'type'],
        ),
      },
      outputVariables: {
        type: 'array',
        items: closed({ name: named('^[A-Za-z][A-Za-z0-9]*$'), description: text }, ['name']),
      },
      execution: closed({ Node20_1: handler, Node24: handler }, ['Node20_1', 'Node24']),
    },
    ['id', 'name', 'friendlyName', 'version', 'instanceNameFormat', 'inputs', 'execution'],
  ),
);

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

  it('says nothing that the published schema does not know', () => {
    expect([isTask(task), isTask.errors]).toEqual([true, null]);
    expect(isTask({ ...task, OutputVariables: [] })).toBe(false);
  });

  it('has an icon of 32 by 32 pixels beside it', () => {
    const icon = readFileSync(`${root}tasks/${name}/icon.png`);
    expect(icon.subarray(1, 4).toString()).toBe('PNG');
    expect([icon.readUInt32BE(16), icon.readUInt32BE(20)]).toEqual([32, 32]);
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

it('package, manifest and tasks have one version, which one script moves, and refuses what is no version', () => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-version-'));
  const files = ['package.json', 'package-lock.json', 'vss-extension.json', 'cli/set-version.mjs'];
  const tasks = ['ValidateImage', 'PinImageVersion'].map((task) => `tasks/${task}/task.json`);
  for (const file of [...files, ...tasks]) cpSync(join(root, file), join(folder, file));
  const run = (version: string) =>
    spawnSync(process.execPath, [join(folder, 'cli/set-version.mjs'), version], { timeout: 60_000 }).status;
  const versions = (of: string) =>
    ['package.json', 'vss-extension.json', ...tasks].map((file) => {
      const { version } = JSON.parse(readFileSync(join(of, file), 'utf8')) as { version: string | TaskJson['version'] };
      return typeof version === 'string' ? version : `${version.Major}.${version.Minor}.${version.Patch}`;
    });
  expect(new Set(versions(root)).size).toBe(1);
  expect([run('3.20.7'), versions(folder)]).toEqual([0, ['3.20.7', '3.20.7', '3.20.7', '3.20.7']]);
  const lock = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')) as { version: string };
  expect([lock.version, run('1.2'), versions(folder)[0]]).toEqual(['3.20.7', 2, '3.20.7']);
  rmSync(folder, { recursive: true });
});
