// The first steps: everything that can be known without a machine, and then a place for the machines in the pool's maximum.
import { osTypeOf } from '../domain/lane-image.ts';
import { count } from '../domain/words.ts';
import { agentVersionFor } from '../agent-records.ts';
import { ended, entered, told, type Step } from './parts.ts';
import { checkedAnew } from './static-checks.ts';
import { whyNoPlace } from './trial-place.ts';
import { trialSetId } from './trial-set.ts';

export const checkStatically: Step = async (parts, validation) => {
  const checked = await checkedAnew(parts, validation);
  if (checked.phase !== validation.phase) return checked;
  const now = parts.clock.now();
  if (validation.staticOnly) return ended(checked, 'passed', now, 'Every static check passed; no machine was made.');
  return entered(checked, 'reserving', now, 'The static checks passed; machines are wanted.');
};

/**
 * Trial machines count to the maximum of the pool like all others. The place is taken by what is written here: from then on
 * every pass leaves it free, and before machines are asked for all are counted once more (trial-set.ts).
 */
export const reserve: Step = async (parts, validation) => {
  const { settings, clock, azureDevOps } = parts;
  const now = clock.now();
  const scaleSetId = trialSetId(settings, validation);
  if (scaleSetId === null)
    return ended(validation, 'broken', now, 'The pool has no resource group for trial machines any more.');
  const why = await whyNoPlace(parts, validation);
  if (why !== null) return told(validation, now, why);
  const osType = osTypeOf(settings, validation.image);
  const wanted = await agentVersionFor(parts.store, parts.pool, settings, osType);
  const { version } = await azureDevOps.readAgentPackage(osType === 'windows' ? 'win-x64' : 'linux-x64', wanted);
  const words = `A trial scale set of ${count(validation.instanceCount, 'machine')} is made.`;
  return entered(validation, 'creating', now, words, { scaleSetId, agentVersion: version });
};
