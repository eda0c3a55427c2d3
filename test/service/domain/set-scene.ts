// The facts of a scale set at which nothing is wrong, and its use by a pool whose machines have joined already.
import { expect } from '@jest/globals';
import type { ScaleSetExtension } from '../../../service/domain/instance.ts';
import { checkSet } from '../../../service/domain/set-check.ts';
import { known, type SetFacts, type SetModel, type SetUse } from '../../../service/domain/set-facts.ts';
import { scaleSet } from '../../builders.ts';
import { goodFacts } from './image-scene.ts';

export function goodSet(set: Parameters<typeof scaleSet>[0] = {}, model: Partial<SetModel> = {}): SetFacts {
  return {
    scaleSet: scaleSet({ sku: { name: 'Standard_D2ds_v5', tier: 'Standard' }, ...set }),
    model: {
      faultDomains: 1,
      caching: 'ReadOnly',
      ephemeral: 'cacheDisk',
      osDiskGigabytes: 30,
      isSpot: false,
      balancers: [],
      terminateNotification: false,
      userIdentities: [],
      hasSystemIdentity: false,
      suppressesFailures: [],
      secrets: [],
      subnets: [],
      ...model,
    },
    autoscale: known([]),
    locks: known([]),
    policies: known([]),
    usages: known([
      { name: 'cores', words: 'Total Regional vCPUs', used: 40, limit: 10_000 },
      { name: 'standardDDSv5Family', words: 'Standard DDSv5 Family vCPUs', used: 4, limit: 5_000 },
      { name: 'lowPriorityCores', words: 'Total Regional Low-priority vCPUs', used: 0, limit: 5_000 },
    ]),
    size: known({ ...goodFacts().size!, cores: 2, family: 'standardDDSv5Family' }),
  };
}

export function goodUse(change: Partial<SetUse> = {}): SetUse {
  return {
    maxCapacity: 10,
    hasLanes: false,
    laneResourceGroup: null,
    publicUrl: 'https://weir.example.com',
    otherPools: [],
    refusals: [],
    model: null,
    hasWritten: true,
    preinstalled: { status: 'ok', words: 'Machines of it have joined the pool.' },
    ...change,
  };
}

export function extension(change: Partial<ScaleSetExtension>): ScaleSetExtension {
  return {
    ...{ name: 'agent', publisher: 'Microsoft.VisualStudio.Services', type: 'TeamServicesAgentLinux', settings: {} },
    ...{ typeHandlerVersion: null, provisionAfterExtensions: [] },
    ...change,
  };
}

/** A name, the facts, the check that tells the fault, how badly, a word of its sentence, and one of its command. */
export type SetRow = readonly [
  name: string,
  facts: SetFacts,
  use: SetUse,
  code: string,
  status: 'ok' | 'warning' | 'error',
  word: RegExp,
  command?: RegExp,
];

export function expectRow([, facts, use, code, status, word, command]: SetRow): void {
  const check = checkSet(facts, use).find((one) => one.code === code);
  expect([check?.status, check?.words]).toEqual([status, expect.stringMatching(word)]);
  if (status === 'error') expect(check?.fix?.words).toBeTruthy();
  if (command !== undefined) expect(check?.fix?.commands?.bash).toMatch(command);
}

export function expectAlone([name, facts, use, code]: SetRow): void {
  const errors = checkSet(facts, use).filter((one) => one.status === 'error' && one.code !== code);
  expect([name, errors.map((one) => one.code)]).toEqual([name, []]);
}
