// Judges a request by role assignments as Azure does: the action is in a role that is assigned at the scope or above it.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Permits } from '../../sandbox/azure/permissions.ts';

export interface Assignment {
  readonly actions: readonly string[];
  readonly scope: string;
}

export interface RoleBook {
  readonly permits: Permits;
  /** Actions that were asked for and allowed. */
  readonly used: ReadonlySet<string>;
  /** `action at scope` of what was refused. */
  readonly refused: readonly string[];
}

/** The actions of a role file in `deploy/roles`. */
export function actionsOf(file: string): readonly string[] {
  const path = fileURLToPath(new URL(`../../deploy/roles/${file}.json`, import.meta.url));
  const role = JSON.parse(readFileSync(path, 'utf8')) as { readonly Actions: readonly string[] };
  return role.Actions;
}

/** Only `caller` is judged: everybody else stands for people who own the subscription. */
export function roleBook(caller: string, assignments: readonly Assignment[]): RoleBook {
  const used = new Set<string>();
  const refused: string[] = [];
  const permits: Permits = (who, action, scope, purpose) => {
    if (who !== caller) return true;
    const isAllowed = assignments.some(
      (one) =>
        isWithin(scope, one.scope) && one.actions.some((allowed) => allowed.toLowerCase() === action.toLowerCase()),
    );
    if (purpose === 'list') return isAllowed;
    if (isAllowed) used.add(action);
    else refused.push(`${action} at ${scope}`);
    return isAllowed;
  };
  return { permits, used, refused };
}

function isWithin(scope: string, assigned: string): boolean {
  const [inner, outer] = [scope.toLowerCase(), assigned.toLowerCase()];
  return inner === outer || inner.startsWith(`${outer}/`);
}
