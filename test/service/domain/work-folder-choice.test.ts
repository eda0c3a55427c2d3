// WorkFolder: which folder each booting machine gets, which running agent has it, and what may never be one.
import { describe, expect, it } from '@jest/globals';
import { decide } from '../../../service/domain/decide.ts';
import { workFolderFault } from '../../../service/domain/work-folder.ts';
import {
  agent,
  bootingMachine,
  jobRequest,
  machine,
  memory,
  minute,
  now0,
  operation,
  scene,
  settings,
  usedMachine,
  type Machine,
  type Scene,
} from '../../builders.ts';
import { told } from './told.ts';

const stateful = settings({ recycleAfterEachUse: false, sizing: { preset: 'fast' } });
const stateless = settings({ sizing: { preset: 'fast' } });
const asks = (requestId: number, folder: string | null, ageMinutes = 1) =>
  jobRequest({
    requestId,
    queuedAt: now0 - ageMinutes * minute,
    demands: folder === null ? [] : [`WorkFolder -equals ${folder}`],
  });
const having = (number: number, folder: string): Machine =>
  machine(number, { agent: { systemCapabilities: { ...agent().systemCapabilities, WorkFolder: folder } } });
const folders = (parts: Scene, pool = stateless, remembered = memory()) =>
  decide(scene(parts), pool, remembered).workFolders.map((one) => [one.generationId, one.workFolder]);

describe('a booting machine', () => {
  it('gets the folder that its request names', () => {
    expect(folders({ requests: [asks(1, '/mnt/a')], machines: [bootingMachine(1)] })).toEqual([['g-1', '/mnt/a']]);
  });

  it('gets the default of the pool where its request names none, or nobody waits', () => {
    expect(folders({ requests: [asks(1, null)], machines: [bootingMachine(1)] })).toEqual([]);
    expect(folders({ machines: [bootingMachine(1)] })).toEqual([]);
  });

  it('is told nothing twice, and again where another request takes it', () => {
    const chosen = bootingMachine(1, minute, { generation: { workFolder: '/mnt/a' } });
    expect(folders({ requests: [asks(1, '/mnt/a')], machines: [chosen] })).toEqual([]);
    expect(folders({ requests: [asks(1, '/mnt/b')], machines: [chosen] })).toEqual([['g-1', '/mnt/b']]);
    expect(folders({ requests: [asks(1, null)], machines: [chosen] })).toEqual([['g-1', null]]);
  });

  it('keeps its folder from the moment it has claimed its configuration', () => {
    const claimed = bootingMachine(1, minute, { generation: { claimedAt: now0 - 5000, workFolder: '/mnt/a' } });
    expect(folders({ requests: [asks(1, '/mnt/b')], machines: [claimed] })).toEqual([]);
    expect(told(scene({ requests: [asks(1, '/mnt/b')], machines: [claimed] }), stateless)).toContain(
      'scaleOut requestsWithoutNode 1→2',
    );
    expect(told(scene({ requests: [asks(1, '/mnt/A')], machines: [claimed] }), stateless)).not.toContain(
      'scaleOut requestsWithoutNode 1→2',
    );
  });

  it('never gets a folder that the grammar refuses', () => {
    expect(folders({ requests: [asks(1, '/etc/x')], machines: [bootingMachine(1)] })).toEqual([]);
  });

  it('gets its folder while it is still being wiped from the life before', () => {
    const wiped = {
      requests: [asks(1, '/mnt/a')],
      machines: [usedMachine(1)],
      operations: [operation({ kind: 'reimage', phase: 'settling' })],
    } as const;
    expect(folders(wiped)).toEqual([['g-1', '/mnt/a']]);
  });

  it('that is late has no claim, and keeps the folder that somebody still waits for', () => {
    const late = (workFolder: string | null) => bootingMachine(1, 9 * minute, { generation: { workFolder } });
    expect(folders({ requests: [asks(1, '/mnt/a')], machines: [late('/mnt/a')] })).toEqual([]);
    expect(folders({ requests: [asks(1, null)], machines: [late('/mnt/a')] })).toEqual([['g-1', null]]);
    expect(folders({ requests: [asks(1, '/mnt/a')], machines: [late(null)] })).toEqual([['g-1', '/mnt/a']]);
  });

  it('that is made for a folder is kept for it, whoever else waits', () => {
    const made = bootingMachine(1, minute, { generation: { workFolder: '/mnt/a' } });
    const parts = { requests: [asks(1, null, 3), asks(2, '/mnt/a', 2)], machines: [made, bootingMachine(2)] } as const;
    expect(folders(parts)).toEqual([]);
    expect(decide(scene(parts), stateless, memory()).memory.claims).toEqual({ 1: 'g-2', 2: 'g-1' });
  });

  it('gets each its own where several boot', () => {
    const requests = [asks(1, '/mnt/a', 3), asks(2, null, 2), asks(3, '/mnt/b', 1)];
    const chosen = folders({ requests, machines: [bootingMachine(1), bootingMachine(2), bootingMachine(3)] });
    expect(chosen.map(([, folder]) => folder).toSorted()).toEqual(['/mnt/a', '/mnt/b']);
  });
});

describe('a job that names a folder', () => {
  it('runs on the running agent of a stateful pool that has it', () => {
    const picture = scene({ requests: [asks(1, '/mnt/a')], machines: [having(1, '/mnt/_work'), having(2, '/mnt/a')] });
    expect(decide(picture, stateful, memory()).memory.claims).toEqual({ 1: 'g-2' });
  });

  it('gets a machine of its own where no running agent has it, and no agent is relabelled', () => {
    const picture = scene({ requests: [asks(1, '/mnt/b')], machines: [having(1, '/mnt/a')] });
    const lines = told(picture, stateful);
    expect(lines).toContain('scaleOut requestsWithoutNode 1→2');
    expect(lines.filter((line) => line.startsWith('relabel'))).toEqual([]);
  });

  it('takes the place of an idle agent with another folder at the maximum', () => {
    const full = { ...stateful, maxCapacity: 1 };
    expect(told(scene({ requests: [asks(1, '/mnt/b')], machines: [having(1, '/mnt/a')] }), full)).toContain(
      'reclaim displaced agents_1',
    );
  });

  it('is bumped before an older job that would be given the machine made for it', () => {
    const made = machine(1, {
      agent: { isEnabled: false, systemCapabilities: { ...agent().systemCapabilities, WorkFolder: '/mnt/a' } },
      generation: { isDisabledByWeir: true, workFolder: '/mnt/a' },
    });
    const other = machine(2, { agent: { isEnabled: false }, generation: { isDisabledByWeir: true } });
    const picture = scene({ requests: [asks(1, null, 5), asks(2, '/mnt/a')], machines: [made, other] });
    const lines = told(picture, stateful).filter((line) => /^(bump|enable)/.test(line));
    expect(lines).toEqual([
      'bump servedFirst agents_1',
      'enable readyForRequest agents_1',
      'enable readyForRequest agents_2',
    ]);
  });
});

describe('what may be a work folder', () => {
  it.each([
    '/mnt/a',
    '/mnt/storage/sdc/work',
    '/user/local/custom-work-folder',
    '/agent/_work',
    '/home/me/w',
    '/data/',
  ])('Linux: %s', (folder) => {
    expect(workFolderFault(folder, 'linux')).toBeNull();
  });
  it.each(['c:\\custom-work-folder', 'D:\\a\\_work', 'F:\\w'])('Windows: %s', (folder) => {
    expect(workFolderFault(folder, 'windows')).toBeNull();
  });
  it.each([
    ...['/', '', 'mnt/a', '../../etc', '/mnt/../etc', '/mnt/./a', '/mnt//a', '/etc/a', '/usr/x', '/lib64/x', '/proc/1'],
    ...[
      '/root/x',
      '/dev/shm',
      '/var/lib/waagent/x',
      '/var',
      '/tmp',
      '/home',
      '/agent',
      '/mnt/a; curl x|sh',
      '/mnt/$(id)',
    ],
    ...[
      '/mnt/`id`',
      '/mnt/a\nb',
      '/mnt/a b',
      '-rf',
      `/mnt/${'x'.repeat(65)}`,
      `/mnt/${'x/'.repeat(100)}`,
      '~/w',
      '/mnt/ä',
    ],
  ])('never on Linux: %j', (folder) => {
    expect(workFolderFault(folder, 'linux')?.code).toBe('WORKFOLDER_INVALID');
  });
  it.each([
    ...[
      'c:\\con\\x',
      'c:\\a\\LPT1',
      'c:\\nul.txt',
      '\\\\host\\share',
      '\\\\?\\C:\\a',
      'd:x',
      'c:\\a:b',
      'c:\\a\\..\\b',
    ],
    ...[
      'c:\\Windows\\x',
      'C:\\Program Files\\x',
      'c:\\Users\\me',
      'c:\\ProgramData',
      'c:\\progra~1',
      'c:\\a.',
      'c:\\a \\b',
    ],
    ...['a:\\x', 'c:\\', 'c:\\a\\\\b', 'c:\\a&b', 'c:\\%TEMP%', 'c:\\a\tb', 'work'],
  ])('never on Windows: %j', (folder) => {
    expect(workFolderFault(folder, 'windows')?.code).toBe('WORKFOLDER_INVALID');
  });
  it('tells a folder of the other system', () => {
    expect(workFolderFault('c:\\work', 'linux')?.code).toBe('WORKFOLDER_OS');
    expect(workFolderFault('/mnt/work', 'windows')?.code).toBe('WORKFOLDER_OS');
  });
});
