// Looks at a scale set and at everybody's rights there, and makes the one write of a Fix it. What it finds is always read anew.
import { checksRole } from '../domain/azure-roles.ts';
import { checkServiceRights } from '../domain/pool-right-check.ts';
import type { PoolSettings } from '../domain/pool.ts';
import { allows, checkRole, roleNeeds, type Grant, type RightFinding, type RightScene } from '../domain/right-check.ts';
import { checkSet } from '../domain/set-check.ts';
import { known, notKnown, type Known, type SetFacts, type SetUse } from '../domain/set-facts.ts';
import type { SetCheck } from '../domain/set-finding.ts';
import type { Doctor, Inspection, Mended, OwnRightsPort, SetPort } from '../doctor-port.ts';
import type { Store } from '../ports.ts';
import { CloudError, UserProblem } from '../problem.ts';
import { sceneOf, useOfNobody, useOfPool } from './pool-use.ts';
import { unreachable } from './unreachable.ts';
import { windowsUseOf } from './windows-use.ts';

export interface DoctorParts {
  readonly store: Store;
  readonly clock: { now(): number };
  /** Throws `UserProblem` where the service has no identity for the subscription. */
  readonly setsFor: (scaleSetId: string) => Partial<SetPort>;
  readonly rightsFor: (organization: string) => Partial<OwnRightsPort>;
  /** Where machines reach this service; null: it does not run. */
  readonly publicUrl: string | null;
  /** Machines are played there, so nothing of them is in doubt. */
  readonly isSandbox?: boolean;
  readonly onMended?: () => void;
}

export function createDoctor(parts: DoctorParts): Doctor {
  return {
    lookAtPool: (settings) => lookAtPool(parts, settings),
    lookAtSet: async (scaleSetId) => {
      const facts = await factsOf(parts, scaleSetId, null);
      const windows = await windowsUseOf(parts.store, null, parts.isSandbox === true);
      const use = { ...(await useOfNobody(parts.store, scaleSetId, parts.publicUrl)), windows };
      const scene = { scaleSetId, laneResourceGroup: null, sources: [], usesMarketplace: false };
      return await inspect(parts, scaleSetId, facts, use, scene, []);
    },
    mend: (settings, code) => mendOnce(parts, settings, code, true),
  };
}

/** A pass writes to the scale set too: where it came first, the check is looked at once more before it is tried again. */
async function mendOnce(parts: DoctorParts, settings: PoolSettings, code: string, mayRepeat: boolean): Promise<Mended> {
  const before = await lookAtPool(parts, settings);
  const check = before.checks.find((one) => one.check.code === code)?.check;
  if (check === undefined) throw new UserProblem('CHECK_NOT_FOUND', `There is no check called "${code.slice(0, 40)}".`);
  if (check.status === 'ok') return { isChanged: false, words: `${check.title} was good already.`, inspection: before };
  const { fix } = check;
  if (fix?.mend == null || before.facts === null)
    throw new UserProblem('CHECK_NOT_FIXABLE', `Weir cannot change this: ${fix?.words ?? check.words}`);
  try {
    await portOf(parts, settings.scaleSet).mendSet(before.facts.scaleSet, fix.mend);
  } catch (error) {
    if (mayRepeat && error instanceof CloudError && error.status === 412)
      return await mendOnce(parts, settings, code, false);
    throw refusalOf(error, check.title);
  } finally {
    // A change without an answer may have happened too.
    parts.onMended?.();
  }
  return await lookAfter(parts, settings, check, before);
}

/** What Azure took has happened, whatever comes of the look at it. */
async function lookAfter(
  parts: DoctorParts,
  settings: PoolSettings,
  check: SetCheck,
  before: Inspection,
): Promise<Mended> {
  try {
    const inspection = await lookAtPool(parts, settings);
    const after = inspection.checks.find((one) => one.check.code === check.code)?.check;
    const words =
      after?.status === 'ok'
        ? `Fixed: ${check.title}.`
        : `Azure took the change of ${check.title}, and does not show it yet.`;
    return { isChanged: true, words, inspection };
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    const words = `Azure took the change of ${check.title}. The checks are those from before it, for they could not be read again.`;
    return { isChanged: true, words, inspection: before };
  }
}

/** `kind` says why there are no facts. */
type Looked = Known<SetFacts> & { readonly kind?: string };

async function lookAtPool(parts: DoctorParts, settings: PoolSettings): Promise<Inspection> {
  const facts = await factsOf(parts, settings.scaleSet, settings.laneResourceGroup ?? null);
  const windows = await windowsUseOf(parts.store, settings, parts.isSandbox === true);
  const use = { ...(await useOfPool(parts.store, settings, parts.publicUrl, parts.clock.now())), windows };
  const own = checkServiceRights(settings, await poolRights(parts, settings));
  return await inspect(parts, settings.scaleSet, facts, use, sceneOf(settings, facts.value), [own]);
}

/** A scale set that is not there, or that Weir may not read, is a finding and not a failure. */
async function factsOf(parts: DoctorParts, scaleSetId: string, laneResourceGroup: string | null): Promise<Looked> {
  try {
    return known(await portOf(parts, scaleSetId).readSet(scaleSetId, laneResourceGroup));
  } catch (error) {
    if (!(error instanceof CloudError) || !['notFound', 'denied', 'invalid'].includes(error.kind)) throw error;
    return { value: null, problem: error.message, kind: error.kind };
  }
}

/** Who Weir is may be unknown; a mistake of ours is not to be hidden by that. */
function unlessOurs(error: unknown): null {
  if (error instanceof CloudError) return null;
  throw error;
}

async function inspect(
  parts: DoctorParts,
  scaleSetId: string,
  facts: Looked,
  use: SetUse,
  scene: RightScene,
  others: readonly RightFinding[],
): Promise<Inspection> {
  const port = portOf(parts, scaleSetId);
  const assignee = await port.readIdentity().catch(unlessOurs);
  const needs = roleNeeds(scene);
  const grants = new Map<string, Known<readonly Grant[]>>();
  const scopes = [...new Set(needs.map((need) => need.scope))];
  await Promise.all(scopes.map(async (scope) => grants.set(scope, await port.readGrants(scope))));
  const grantsAt = (scope: string): Known<readonly Grant[]> => grants.get(scope) ?? notKnown('It was not asked.');
  const checks =
    facts.value === null ? unreachable(scaleSetId, facts.kind ?? '', facts.problem) : checkSet(facts.value, use);
  const subscription = scaleSetId.split('/').slice(0, 3).join('/');
  return {
    scaleSetId,
    facts: facts.value,
    checks: checks.map((check) => ({
      check,
      cannot: whyNot(check, use, grantsAt(scaleSetId), grantsAt(subscription)),
    })),
    rights: [...needs.map((need) => checkRole(need, grantsAt(need.scope), assignee)), ...others],
  };
}

/** Null: the service may, as far as anybody can tell before it is tried. */
function whyNot(
  { fix }: SetCheck,
  { hasLanes }: SetUse,
  here: Known<readonly Grant[]>,
  above: Known<readonly Grant[]>,
): string | null {
  if (fix?.mend == null) return null;
  if (fix.mend.kind === 'autoscale') {
    const may = above.value === null || allows(above.value, 'Microsoft.Insights/autoscaleSettings/write');
    return may ? null : `Weir lacks the role "${checksRole.name}" at the subscription, so only a person can.`;
  }
  if (here.value === null || allows(here.value, 'Microsoft.Compute/virtualMachineScaleSets/write')) return null;
  return hasLanes
    ? 'Weir may only read the template of its scale sets, so only a person can.'
    : 'Weir lacks the role "Weir own scale set" here, so only a person can.';
}

function refusalOf(error: unknown, title: string): unknown {
  if (!(error instanceof CloudError)) return error;
  if (error.kind === 'unavailable')
    return new UserProblem('FIX_UNKNOWN', `Nobody knows whether Azure changed ${title}: ${error.message}`);
  const words = `Azure refused the change: ${error.message}`;
  if (error.kind === 'conflict') return new UserProblem('FIX_CONFLICT', words);
  return error.kind === 'denied' || error.kind === 'invalid' ? new UserProblem('FIX_REFUSED', words) : error;
}

async function poolRights(parts: DoctorParts, { organization, poolId }: PoolSettings) {
  try {
    const read = parts.rightsFor(organization).readPoolRights;
    return read === undefined ? notKnown<never>('Nobody asks here.') : known(await read(poolId));
  } catch (error) {
    if (error instanceof CloudError) return notKnown<never>(error.message);
    throw error;
  }
}

function portOf(parts: DoctorParts, scaleSetId: string): Omit<SetPort, 'listAutoscale'> {
  const { readSet, readGrants, readIdentity, mendSet } = parts.setsFor(scaleSetId);
  if (readSet === undefined || readGrants === undefined || readIdentity === undefined || mendSet === undefined)
    throw new CloudError('unavailable', 'readSet', 'Nobody tells the facts of scale sets here.');
  return { readSet, readGrants, readIdentity, mendSet };
}
