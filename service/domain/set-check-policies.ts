// Whether a policy of the subscription denies what Weir writes: as Azure tells it beforehand, and as it told when it refused.
import { weirAddress } from './set-check-owner.ts';
import { commandLine } from './set-commands.ts';
import type { PolicyFacts, SetFacts, SetUse } from './set-facts.ts';
import type { SetFinding, SetFix } from './set-finding.ts';

export function checkPolicies(facts: SetFacts, use: SetUse): SetFinding {
  const { policies } = facts;
  if (policies.value === null) return notTold(facts, use, policies.problem);
  const certain = policies.value.filter((one) => one.isCertain);
  const [first] = certain.length > 0 ? certain : policies.value;
  const refusal = refusalIn(use);
  if (first !== undefined) return denied(first, certain.length > 0 ? certain : policies.value, facts, use);
  if (refusal === null) return { status: 'ok', words: `No policy denies ${writtenBy(use)}.` };
  return {
    status: 'warning',
    words: `A policy refused a write within the last day, and none would refuse ${writtenBy(use)} now. Then it was: ${refusal}`,
    fix: fixOf(facts, 'Wait for the next write; where it is refused again, ask for an exemption.'),
  };
}

function denied(
  { name, looksAt, isCertain }: PolicyFacts,
  all: readonly PolicyFacts[],
  facts: SetFacts,
  use: SetUse,
): SetFinding {
  const others = all.length === 1 ? '' : all.length === 2 ? ' and one more' : ` and ${all.length - 1} more`;
  const why = looksAt.length === 0 ? '' : ` It looks at this: ${looksAt.slice(0, 5).join(', ')}.`;
  const does = isCertain ? (all.length === 1 ? 'denies' : 'deny') : 'may deny: Azure could not judge';
  return {
    status: isCertain ? 'error' : 'warning',
    words: `The policy "${name}"${others} ${does} ${writtenBy(use)}.${why}`,
    evidence: { policies: all.map((one) => one.name).join(', '), assigned: all.map(placeOf).join(', ') },
    fix: fixOf(facts, 'Ask whoever assigned it for an exemption here, or give the scale set what it asks for.'),
  };
}

/** Where Azure does not tell, only its answers to writes of Weir say anything. */
function notTold({ scaleSet, ...facts }: SetFacts, use: SetUse, problem: string): SetFinding {
  const fix = (words: string) => fixOf({ scaleSet, ...facts }, words);
  const refusal = refusalIn(use);
  if (refusal !== null) {
    return {
      status: 'error',
      words: `A policy of the subscription refuses what Weir writes: ${refusal}`,
      fix: fix('Ask for an exemption for this scale set, or change what the policy asks for.'),
    };
  }
  const isWritten = use.hasWritten || weirAddress(scaleSet.extensions.map((one) => one.settings)) !== null;
  if (isWritten) return { status: 'ok', words: 'No policy has refused what Weir writes.' };
  return {
    status: 'warning',
    words: `Azure does not tell Weir whether a policy denies its writes, and Weir has written nothing here yet: ${problem}`,
    fix: fix(
      'Give Weir the role "Weir checks" at the subscription, see Permissions below; or look at the policies yourself.',
    ),
  };
}

function refusalIn({ refusals }: SetUse): string | null {
  return refusals.find((words) => /RequestDisallowedByPolicy/i.test(words)) ?? null;
}

function writtenBy({ hasLanes }: SetUse): string {
  return hasLanes
    ? 'scale sets as Weir makes them from this one'
    : 'the scale set as it is, with the agent extension of Weir';
}

/** Where it was assigned: the end of the scope that stands before its own name. */
function placeOf({ assignmentId }: PolicyFacts): string {
  const scope = assignmentId.replace(/\/providers\/Microsoft\.Authorization\/policyAssignments\/.*$/i, '');
  const [, kind = '', name = ''] = /\/(managementGroups|subscriptions|resourceGroups)\/([^/]+)$/i.exec(scope) ?? [];
  const words: Readonly<Record<string, string>> = {
    managementgroups: 'management group',
    subscriptions: 'subscription',
    resourcegroups: 'resource group',
  };
  return `${words[kind.toLowerCase()] ?? 'at'} ${name === '' ? scope : name}`;
}

function fixOf({ scaleSet }: SetFacts, words: string): SetFix {
  const line = [
    ...['az', 'policy', 'assignment', 'list', '--scope', scaleSet.id],
    ...['--disable-scope-strict-match', '--output', 'table'],
  ];
  return { words, commands: commandLine(line), mend: null };
}
