// What goes with a pool, what stays, and how far its deletion is, in words for whoever is asked to confirm it.
import type { Leftover, PoolDeletion } from '../../contract/new-pool.ts';
import { commandsFor } from '../domain/fix-commands.ts';
import { agentExtensionName } from '../domain/instance.ts';
import { hasLanes } from '../domain/lane-owner.ts';
import type { PoolSettings } from '../domain/pool.ts';
import { count } from '../domain/words.ts';
import { readValidations } from '../image-records.ts';
import { endingOf, readPoolLife } from '../pool-life.ts';
import type { PoolRecord } from '../ports.ts';
import { CloudError } from '../problem.ts';
import { iso } from './instant.ts';
import type { ApiOptions } from './options.ts';
import { newestDetail } from './stored-view.ts';

export async function deletionOf(record: PoolRecord, options: ApiOptions): Promise<PoolDeletion> {
  const { store, clock } = options;
  const { pool, settings } = record;
  const now = clock.now();
  const [detail, life, placeholders, lanes, open] = await Promise.all([
    newestDetail(store, record, now),
    readPoolLife(store, pool),
    store.listPlaceholders(pool),
    store.listLanes(pool),
    readValidations(store, pool, { isOpen: true }),
  ]);
  const ending = endingOf(life?.value, record);
  const left = {
    machines: detail.nodes.filter((node) => node.instanceName !== null).length,
    busy: detail.nodes.filter((node) => node.requestId !== null).length,
    placeholders: placeholders.length,
    scaleSets: lanes.length,
    validations: open.length,
    waiting: detail.jobRequests.filter((request) => request.state === 'queued').length,
  };
  return {
    now: iso(now),
    isDeleting: ending !== null,
    since: ending === null ? null : iso(ending.at),
    by: ending === null ? null : ending.by,
    ...left,
    problems: detail.problems,
    goes: whatGoes(left),
    stays: whatStays(settings, await agentPoolName(settings, options)),
  };
}

type Left = Pick<PoolDeletion, 'machines' | 'placeholders' | 'scaleSets' | 'validations'>;

function whatGoes({ machines, placeholders, scaleSets, validations }: Left): string[] {
  return [
    `${count(machines, 'machine')} with what is on ${machines === 1 ? 'it' : 'them'}: free ones at once, busy ones after their job`,
    ...(scaleSets === 0 ? [] : [`${count(scaleSets, 'scale set')} that Weir made for the pool`]),
    `${count(placeholders, 'placeholder agent')} and the registration of every agent of Weir`,
    ...(validations === 0 ? [] : [`${count(validations, 'validation')} with the trial machines`]),
    'settings, log, charts, pins and connection tokens of the pool in Weir',
  ];
}

/** Its number where Azure DevOps does not tell. */
async function agentPoolName({ organization, poolId }: PoolSettings, { places }: ApiOptions): Promise<string> {
  try {
    return (await places?.agentPool(organization, poolId))?.found?.name ?? String(poolId);
  } catch (error) {
    if (error instanceof CloudError) return String(poolId);
    throw error;
  }
}

function whatStays(settings: PoolSettings, agentPool: string): Leftover[] {
  const { scaleSet } = settings;
  const name = scaleSet.slice(scaleSet.lastIndexOf('/') + 1);
  const [, , subscription = '', , group = ''] = scaleSet.split('/');
  const where = ['--resource-group', group, '--subscription', subscription];
  const extension = ['az', 'vmss', 'extension', 'delete', '--vmss-name', name, '--name', agentExtensionName, ...where];
  const set = ['az', 'vmss', 'delete', '--name', name, ...where];
  return [
    { words: `the scale set ${name}, without machines`, command: commandsFor(set).bash },
    ...(hasLanes(settings)
      ? []
      : [{ words: `the agent extension in the model of ${name}`, command: commandsFor(extension).bash }]),
    { words: `the agent pool ${agentPool} of Azure DevOps and its queues`, command: null },
  ];
}
