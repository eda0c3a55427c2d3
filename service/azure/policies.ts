// Which policies of Azure would deny what Weir is going to write, asked before the first write (Microsoft.PolicyInsights
// 2023-03-01, checkPolicyRestrictions at a resource group): the scale set that it sizes with the extension that it puts
// beside it, or one as it makes them in the resource group of the lanes.
import { agentExtensionName } from '../domain/instance.ts';
import type { PolicyFacts } from '../domain/set-facts.ts';
import { CloudError } from '../problem.ts';
import { fieldsOf, parseJson, type Fields } from '../wire.ts';
import { list } from './ask.ts';
import { write, type CallContext } from './plain-call.ts';
import { isLeftOut, lookedAt, withoutSecrets } from './policy-words.ts';
import { translateScaleSet } from './translate.ts';

const versions = { content: '2026-04-01', restrictions: '2023-03-01', assignments: '2022-06-01' } as const;
const type = 'Microsoft.Compute/virtualMachineScaleSets';
const operation = 'readPolicies';

type Json = Readonly<Record<string, unknown>>;

/** A resource that is going to be written, and where. */
interface Written {
  readonly group: string;
  readonly content: Json;
  /** Of a resource inside another one: that one. */
  readonly scope?: string;
}

/** Empty: nothing denies it. Throws `CloudError` where Azure does not tell. */
export async function readPolicies(
  context: CallContext,
  scaleSet: Fields,
  scaleSetId: string,
  laneResourceGroup: string | null,
): Promise<readonly PolicyFacts[]> {
  const answers = await Promise.all(
    writesOf(scaleSet, scaleSetId, laneResourceGroup).map((one) => evaluationsOf(context, one)),
  );
  const denials = answers.flat().filter(isDenial);
  if (denials.length === 0) return [];
  const names = await namesOf(context, scaleSetId.split('/').slice(0, 3).join('/'));
  const all = denials.map((one) => factsOf(one, names));
  return all.filter((one, index) => all.findIndex((other) => other.assignmentId === one.assignmentId) === index);
}

function writesOf(scaleSet: Fields, scaleSetId: string, laneResourceGroup: string | null): readonly Written[] {
  const { id: _, etag: _etag, name, tags, ...model } = scaleSet.raw();
  const rest = withoutSecrets(model);
  const content = { ...rest, type, ...(tags === undefined ? {} : { tags }) };
  // The name follows from the image and is not known yet.
  if (laneResourceGroup !== null) return [{ group: laneResourceGroup, content }];
  const group = scaleSetId.split('/').slice(0, 5).join('/');
  const extension = {
    ...{ type: `${type}/extensions`, name: `${String(name)}/${agentExtensionName}` },
    properties: { ...handlerFor(scaleSet), autoUpgradeMinorVersion: false },
  };
  return [
    { group, content: { ...content, name } },
    { group, content: extension, scope: scaleSetId },
  ];
}

/** As enrolment writes it: where Windows has no script of the customer, the agent comes with one of ours. */
function handlerFor(scaleSet: Fields): { readonly publisher: string; readonly type: string } {
  const { osType, extensions } = translateScaleSet(scaleSet.raw(), scaleSet.path);
  const isScript = extensions.some(({ type: handler }) => /^CustomScriptExtension$/i.test(handler));
  if (osType === 'windows' && !isScript) return { publisher: 'Microsoft.Compute', type: 'CustomScriptExtension' };
  const handler = osType === 'windows' ? 'TeamServicesAgent' : 'TeamServicesAgentLinux';
  return { publisher: 'Microsoft.VisualStudio.Services', type: handler };
}

async function evaluationsOf(context: CallContext, { group, content, scope }: Written): Promise<readonly Fields[]> {
  const path = `${group}/providers/Microsoft.PolicyInsights/checkPolicyRestrictions?api-version=${versions.restrictions}`;
  const resourceDetails = {
    resourceContent: content,
    apiVersion: versions.content,
    ...(scope === undefined ? {} : { scope }),
  };
  const answer = await write(context, operation, 'POST', path, { resourceDetails });
  const result = fieldsOf(parseJson(answer.body, operation), 'checkRestrictionsResult').object(
    'contentEvaluationResult',
  );
  return result?.objects('policyEvaluations') ?? [];
}

/** Only what denies is asked for; an answer without an effect is counted as such, for what is not known is not good. */
function isDenial(evaluation: Fields): boolean {
  const effect = evaluation.object('effectDetails')?.text('policyEffect') ?? 'Deny';
  return effect.toLowerCase() === 'deny' && !/^compliant$/i.test(evaluation.text('evaluationResult') ?? '');
}

/** By the id of the assignment in small letters; those of management groups are in the list of the subscription too. */
async function namesOf(context: CallContext, subscription: string): Promise<ReadonlyMap<string, string>> {
  try {
    const path = `${subscription}/providers/Microsoft.Authorization/policyAssignments`;
    const rows = await list(context, path, versions.assignments);
    return new Map(
      rows.map((row) => [
        row.requiredText('id').toLowerCase(),
        row.object('properties')?.text('displayName') ?? row.text('name') ?? '',
      ]),
    );
  } catch (error) {
    // That something denies is known all the same; the end of its id is a name of a kind.
    if (error instanceof CloudError) return new Map();
    throw error;
  }
}

function factsOf(evaluation: Fields, names: ReadonlyMap<string, string>): PolicyFacts {
  const assignmentId = evaluation.object('policyInfo')?.text('policyAssignmentId') ?? '';
  const found = names.get(assignmentId.toLowerCase()) ?? '';
  const expressions = (evaluation.object('evaluationDetails')?.objects('evaluatedExpressions') ?? [])
    .filter((one) => /^true$/i.test(one.text('result') ?? '') && one.text('expression')?.toLowerCase() !== 'type')
    .map((one) => ({ path: one.text('path') ?? one.text('expression') ?? '', value: one.raw().expressionValue }));
  return {
    assignmentId,
    name: found === '' ? (assignmentId.split('/').at(-1) ?? '') : found,
    isCertain:
      /^noncompliant$/i.test(evaluation.text('evaluationResult') ?? '') &&
      !expressions.some(({ path }) => isLeftOut(path)),
    looksAt: expressions.map(({ path, value }) => lookedAt(path, value)),
  };
}
