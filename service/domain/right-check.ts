// What the identity of the service lacks in Azure, by name: each role of a pool held against what Azure says is granted.
import {
  checksRole,
  laneSourcesRole,
  lanesRole,
  marketplaceRole,
  operationsRole,
  ownSetRole,
  roleJson,
  type AzureRole,
} from './azure-roles.ts';
import type { FixCommands } from './fix-commands.ts';
import { commandLine } from './set-commands.ts';
import type { Known } from './set-facts.ts';
import type { SetStatus } from './set-finding.ts';

/** One row of Azure's own list of what the caller may; `*` stands for any text. */
export interface Grant {
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
}

/** A role that a pool needs at a scope. */
export interface RoleNeed {
  readonly role: AzureRole;
  /** ARM id. */
  readonly scope: string;
  /** Those of the role that are asked for at this scope. */
  readonly actions: readonly string[];
}

export interface RightFinding {
  readonly who: 'service' | 'azureDevOps' | 'user';
  readonly title: string;
  readonly status: SetStatus;
  readonly words: string;
  readonly lacks: readonly string[];
  readonly role: {
    readonly name: string;
    readonly fileName: string;
    readonly json: string;
    readonly scope: string;
  } | null;
  readonly fix: { readonly words: string; readonly commands: FixCommands | null } | null;
}

export interface RightScene {
  readonly scaleSetId: string;
  readonly laneResourceGroup: string | null;
  /** ARM ids of subnets, galleries and managed images that lanes are made of. */
  readonly sources: readonly string[];
  readonly usesMarketplace: boolean;
}

export function roleNeeds({
  scaleSetId,
  laneResourceGroup,
  sources,
  usesMarketplace,
}: RightScene): readonly RoleNeed[] {
  const subscription = scaleSetId.split('/').slice(0, 3).join('/');
  const whole = (role: AzureRole, scope: string): RoleNeed => ({ role, scope, actions: role.actions });
  const common = [whole(operationsRole, subscription), whole(checksRole, subscription)];
  if (laneResourceGroup === null) return [whole(ownSetRole, scaleSetId), ...common];
  const scopes = [...new Set([scaleSetId, ...sources.map(holderOf)])];
  return [
    whole(lanesRole, laneResourceGroup),
    ...scopes.map((scope) => ({
      role: laneSourcesRole,
      scope,
      actions: laneSourcesRole.actions.filter(belongsTo(scope)),
    })),
    ...(usesMarketplace ? [whole(marketplaceRole, subscription)] : []),
    ...common,
  ];
}

/** The network of a subnet, the gallery of an image: where a person assigns the role. */
function holderOf(id: string): string {
  return /^(.*\/(?:virtualNetworks|galleries)\/[^/]+)/i.exec(id)?.[1] ?? id;
}

function belongsTo(scope: string): (action: string) => boolean {
  const type = /\/providers\/([^/]+\/[^/]+)\/[^/]+$/i.exec(scope)?.[1]?.toLowerCase() ?? '';
  return (action) => action.toLowerCase().startsWith(`${type}/`);
}

export function allows(grants: readonly Grant[], action: string): boolean {
  return grants.some(
    ({ actions, notActions }) =>
      actions.some((one) => matches(one, action)) && !notActions.some((one) => matches(one, action)),
  );
}

function matches(pattern: string, action: string): boolean {
  const parts = pattern.toLowerCase().split('*');
  const [first = '', ...rest] = parts;
  const text = action.toLowerCase();
  if (rest.length === 0) return text === first;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest.slice(0, -1)) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  const last = rest.at(-1) ?? '';
  return text.length - last.length >= at && text.endsWith(last);
}

/** `assignee` is the object id of the identity; null: its owner has to look it up. */
export function checkRole(need: RoleNeed, grants: Known<readonly Grant[]>, assignee: string | null): RightFinding {
  const { role, scope } = need;
  const title = `Role "${role.name}" at ${placeOf(scope)}`;
  const base = { who: 'service' as const, title };
  const unknown = assignee === null ? ' OBJECT_ID_OF_WEIR is the object id of its identity in Entra.' : '';
  const given = {
    role: roleOf(role, scope),
    fix: {
      words: `Make the role once from its file, then assign it.${unknown}`,
      commands: commands(role, scope, assignee),
    },
  };
  if (grants.value === null) {
    return {
      ...base,
      ...{ status: 'warning', words: `Azure does not say what Weir may do here: ${grants.problem}`, lacks: [] },
      ...given,
    };
  }
  const { value } = grants;
  const lacks = need.actions.filter((action) => !allows(value, action));
  if (lacks.length === 0)
    return { ...base, status: 'ok', words: 'Weir may do all that it needs here.', lacks, role: null, fix: null };
  const isOptional = role === checksRole || role === operationsRole || role === marketplaceRole;
  return {
    ...base,
    status: isOptional ? 'warning' : 'error',
    words: `Weir lacks ${lacks.length === 1 ? 'a right' : `${lacks.length} rights`} here. ${role.withoutIt}`,
    lacks,
    ...given,
  };
}

function roleOf(role: AzureRole, scope: string): NonNullable<RightFinding['role']> {
  const assignable = scope.split('/').slice(0, 5).join('/');
  return { name: role.name, fileName: fileOf(role), json: roleJson(role, assignable), scope };
}

function fileOf({ file }: AzureRole): string {
  return `weir-${file}.json`;
}

function commands(role: AzureRole, scope: string, assignee: string | null): FixCommands | null {
  return commandLine(
    ['az', 'role', 'definition', 'create', '--role-definition', fileOf(role)],
    [
      ...['az', 'role', 'assignment', 'create', '--assignee-object-id', assignee ?? 'OBJECT_ID_OF_WEIR'],
      ...['--assignee-principal-type', 'ServicePrincipal', '--role', role.name, '--scope', scope],
    ],
  );
}

function placeOf(scope: string): string {
  const parts = scope.split('/').filter((part) => part !== '');
  if (parts.length <= 2) return 'the subscription';
  if (parts.length === 4) return `the resource group ${parts[3] ?? ''}`;
  return parts.at(-1) ?? scope;
}
