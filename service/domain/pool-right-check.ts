// What the service's identity and the person who asks lack in Azure DevOps (azure-devops-wire.md 1).
import type { FixCommands } from './fix-commands.ts';
import { plainText } from './plain-text.ts';
import type { RightFinding } from './right-check.ts';
import { commandLine } from './set-commands.ts';
import type { Known } from './set-facts.ts';

export interface PoolRights {
  /** The identity as Azure DevOps names it, and its id there. */
  readonly name: string;
  readonly identityId: string;
  readonly mayView: boolean;
  readonly mayManage: boolean;
}

interface PoolPlace {
  /** What people call the pool in Weir; its agent pool may be called otherwise. */
  readonly name: string;
  readonly organization: string;
  readonly poolId: number;
}

/** The service registers, enables and deletes agents, which takes the role Administrator on the pool. */
export function checkServiceRights(place: PoolPlace, rights: Known<PoolRights>): RightFinding {
  const base = { who: 'azureDevOps' as const, title: `Administrator of ${agentPoolOf(place)}`, role: null };
  if (rights.value === null) {
    return {
      ...base,
      ...{ status: 'warning', words: `Azure DevOps does not say what Weir may do: ${rights.problem}`, lacks: [] },
      fix: { words: where, commands: null },
    };
  }
  const { identityId, mayView, mayManage } = rights.value;
  const name = plainText(rights.value.name);
  if (mayView && mayManage)
    return { ...base, status: 'ok', words: `${name} may manage the agents of the pool.`, lacks: [], fix: null };
  return {
    ...base,
    status: 'error',
    words: mayView
      ? `${name} may see the pool, and neither add nor remove agents.`
      : `${name} may not see the pool: it is not there for Weir.`,
    lacks: [...(mayView ? [] : ['View']), ...(mayManage ? [] : ['Manage'])],
    role: {
      ...{ name: 'Administrator', fileName: 'role.json', scope: agentPoolOf(place) },
      json: JSON.stringify([{ roleName: 'Administrator', userId: identityId }], null, 2),
    },
    fix: { words: `${where} The same by command, with the file role.json:`, commands: assign(place) },
  };
}

/** Of the person who looks: reading needs a view of the pool, changing needs to manage it. */
export function checkUserRights(place: PoolPlace, userName: string, mayManage: boolean): RightFinding {
  const name = plainText(userName);
  const base = { who: 'user' as const, title: `Your role on ${agentPoolOf(place)}`, role: null };
  if (mayManage)
    return { ...base, status: 'ok', words: `${name}, you may read and change this pool.`, lacks: [], fix: null };
  return {
    ...base,
    status: 'warning',
    words: `${name}, you may read this pool and change nothing: Fix it is for its administrators.`,
    lacks: ['Manage'],
    fix: { words: `Ask an administrator of the pool. ${where}`, commands: null },
  };
}

function agentPoolOf({ name, poolId }: PoolPlace): string {
  return `the agent pool of ${plainText(name)} (${poolId})`;
}

const where =
  'In Azure DevOps: Organization settings, Agent pools, the pool, Security, and give the role Administrator.';

function assign({ organization, poolId }: PoolPlace): FixCommands | null {
  return commandLine([
    ...['az', 'devops', 'invoke', '--organization', organization, '--area', 'securityroles'],
    ...['--resource', 'roleassignments', '--route-parameters', 'scopeId=distributedtask.agentpoolrole'],
    ...[`resourceId=${poolId}`, '--http-method', 'PUT', '--in-file', 'role.json', '--api-version', '7.1-preview'],
  ]);
}
