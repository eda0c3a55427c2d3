// Stateless or stateful agents: one question that the settings may answer in two places, which must agree.
import type { FieldReader } from './field-reader.ts';
import type { PoolSettings, Profile } from './pool.ts';

/** Each of the two follows the other where it is absent; without both, agents are stateless. */
export function readProfile(fields: FieldReader): Pick<PoolSettings, 'profile' | 'recycleAfterEachUse'> {
  const section = fields.section('profile', ['kind', 'maxAgentLifetimeHours', 'gracePeriodMinutes']);
  const said = section?.has('kind') === true ? section.oneOf(...kinds, 'stateless') : null;
  const recycleAfterEachUse = fields.boolean('recycleAfterEachUse', said !== 'stateful');
  const kind = said ?? (recycleAfterEachUse ? 'stateless' : 'stateful');
  if ((kind === 'stateless') !== recycleAfterEachUse) {
    const message = `recycleAfterEachUse ${recycleAfterEachUse} and a ${kind} profile contradict each other.`;
    const nextStep = 'Leave one of the two out: true goes with stateless, false with stateful.';
    fields.report('profile', 'MODE_CONFLICT', message, nextStep);
  }
  return { recycleAfterEachUse, profile: kind === 'stateless' ? readStateless(section) : readStateful(section) };
}

const kinds = ['kind', ['stateless', 'stateful']] as const;
const lifetime = { code: 'LIFETIME_RANGE', min: 1, max: 168, fallback: 168 };
const grace = { code: 'GRACE_RANGE', min: 0, max: 10080, fallback: 60 };
/** Azure DevOps' own settings know the idle delay alone: a pool that says no more than they do keeps to it. */
const withoutProfile = { kind: 'stateful', maxAgentLifetimeHours: lifetime.fallback, gracePeriodMinutes: 0 } as const;

function readStateful(section: FieldReader | null): Profile {
  if (section === null) return withoutProfile;
  return {
    kind: 'stateful',
    maxAgentLifetimeHours: section.integer('maxAgentLifetimeHours', lifetime),
    gracePeriodMinutes: section.integer('gracePeriodMinutes', grace),
  };
}

/** A fresh machine for every job has no lifetime to limit: such a field would do nothing, and silently. */
function readStateless(section: FieldReader | null): Profile {
  for (const name of ['maxAgentLifetimeHours', 'gracePeriodMinutes']) {
    if (section?.has(name) !== true) continue;
    const message = `${section.path(name)} is for stateful agents only.`;
    section.report(name, 'MODE_CONFLICT', message, 'Leave it out, or write "kind": "stateful".');
  }
  return { kind: 'stateless' };
}
