// Deny policies: what a write of a scale set or of its extension is held against, and what is told of them beforehand
// (Microsoft.PolicyInsights 2023-03-01, PolicyRestrictions_CheckAtResourceGroupScope). Other effects change nothing here.
import type { HttpResponse } from '../http-message.ts';
import { ArmError, notBuilt } from './arm-error.ts';
import { bodyOf, empty, json } from './arm-request.ts';
import type { ArmRequest, RoutedRequest } from './arm-request.ts';
import type { Cloud } from './cloud.ts';
import { copyOf, merged, objectAt, stringAt } from './json.ts';
import type { Json, JsonObject } from './json.ts';
import { listPage } from './paging.ts';
import { judge, requireRule, type Expression } from './policy-rules.ts';
import { scaleSetKey } from './resource-ids.ts';
import { scaleSetResource } from './scale-set-views.ts';

const definitions = '/providers/Microsoft.Authorization/policyDefinitions/';
const assignments = '/providers/Microsoft.Authorization/policyAssignments/';
const setType = 'Microsoft.Compute/virtualMachineScaleSets';

interface Denial {
  readonly assignment: JsonObject;
  readonly definition: JsonObject;
  readonly expressions: readonly Expression[];
}

export function putPolicy(kind: 'policyDefinitions' | 'policyAssignments') {
  return (cloud: Cloud, request: RoutedRequest): HttpResponse => {
    const body = bodyOf(request);
    const id = `/${request.segments.join('/')}`;
    const properties = objectAt(body, 'properties') ?? {};
    if (kind === 'policyDefinitions') requireRule(objectAt(properties, 'policyRule', 'if'));
    else if (policyAt(cloud, stringAt(properties, 'policyDefinitionId') ?? '') === undefined)
      throw new ArmError(
        404,
        'PolicyDefinitionNotFound',
        'The policy definition of the assignment could not be found.',
      );
    const enforcement: JsonObject = kind === 'policyAssignments' ? { enforcementMode: 'Default' } : {};
    const policy: JsonObject = {
      ...{ id, name: request.segments.at(-1) ?? '', type: `Microsoft.Authorization/${kind}` },
      properties: { ...enforcement, ...properties },
    };
    cloud.state.policies = { ...cloud.state.policies, [id.toLowerCase()]: policy };
    return json(201, policy);
  };
}

export function deletePolicy(cloud: Cloud, request: RoutedRequest): HttpResponse {
  const key = `/${request.segments.join('/')}`.toLowerCase();
  const { [key]: found, ...rest } = cloud.state.policies ?? {};
  cloud.state.policies = rest;
  return found === undefined ? empty(204) : json(200, found);
}

/** Those of management groups above it and of everything in it are among them. */
export function listAssignments(cloud: Cloud, request: RoutedRequest): HttpResponse {
  const below = `/subscriptions/${request.named.subscriptionId ?? ''}/`.toLowerCase();
  const rows = assignmentsOf(cloud).filter(
    ({ id }) => keyOf(id).startsWith(below) || !keyOf(id).startsWith('/subscriptions/'),
  );
  return listPage(
    cloud,
    request,
    rows,
    ({ id }) => keyOf(id),
    (one) => copyOf(one),
  );
}

export function checkRestrictions(cloud: Cloud, request: RoutedRequest): HttpResponse {
  const body = bodyOf(request);
  const content = objectAt(body, 'resourceDetails', 'resourceContent');
  if (content === undefined)
    throw new ArmError(400, 'InvalidCheckRestrictionsRequest', 'resourceDetails.resourceContent is missing.');
  if (body.pendingFields !== undefined) throw notBuilt('checkPolicyRestrictions with pendingFields');
  const { subscriptionId = '', resourceGroup = '' } = request.named;
  const denials = denialsOf(cloud, `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}`, content);
  const policyEvaluations = denials.map(({ assignment, definition, expressions }): Json => ({
    policyInfo: {
      policyDefinitionId: stringAt(definition, 'id') ?? '',
      policyAssignmentId: stringAt(assignment, 'id') ?? '',
    },
    evaluationResult: 'NonCompliant',
    evaluationDetails: { evaluatedExpressions: [...expressions] },
    effectDetails: { policyEffect: 'Deny' },
  }));
  return json(200, { fieldRestrictions: [], contentEvaluationResult: { policyEvaluations } });
}

/** Judged by the resource as it would stand after the write. */
export function requireAllowedByPolicy(
  cloud: Cloud,
  operation: string,
  request: ArmRequest,
  named: RoutedRequest['named'],
): void {
  if (cloud.state.policies === undefined) return;
  const [client, verb] = operation.split('.');
  if (verb !== 'createOrUpdate' && verb !== 'update') return;
  const { subscriptionId = '', resourceGroup = '', scaleSet = '', extension = '' } = named;
  const content =
    client === 'virtualMachineScaleSets'
      ? afterWrite(cloud, request, scaleSetKey(subscriptionId, resourceGroup, scaleSet), scaleSet)
      : client === 'virtualMachineScaleSetExtensions'
        ? { ...bodyOf(request), type: `${setType}/extensions`, name: `${scaleSet}/${extension}` }
        : null;
  if (content === null) return;
  const denials = denialsOf(cloud, `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}`, content);
  if (denials.length > 0) throw new PolicyRefusal(extension === '' ? scaleSet : extension, denials);
}

function afterWrite(cloud: Cloud, request: ArmRequest, key: string, name: string): JsonObject {
  const standing = cloud.state.scaleSets[key];
  const base: JsonObject = standing === undefined ? { type: setType, name } : scaleSetResource(standing);
  return merged(base, bodyOf(request)) as JsonObject;
}

function denialsOf(cloud: Cloud, group: string, resource: JsonObject): readonly Denial[] {
  return assignmentsOf(cloud).flatMap((assignment): readonly Denial[] => {
    const properties = objectAt(assignment, 'properties') ?? {};
    const scope = keyOf(assignment.id).slice(0, keyOf(assignment.id).lastIndexOf(assignments.toLowerCase()));
    const isHere = !scope.startsWith('/subscriptions/') || isWithin(group.toLowerCase(), scope);
    if (!isHere || properties.enforcementMode === 'DoNotEnforce') return [];
    const definition = policyAt(cloud, stringAt(properties, 'policyDefinitionId') ?? '') ?? {};
    const rule = objectAt(definition, 'properties', 'policyRule') ?? {};
    if (stringAt(rule, 'then', 'effect')?.toLowerCase() !== 'deny') return [];
    const { matches, expressions } = judge(objectAt(rule, 'if') ?? {}, resource);
    return matches ? [{ assignment, definition, expressions }] : [];
  });
}

function assignmentsOf({ state }: Cloud): readonly JsonObject[] {
  return Object.entries(state.policies ?? {})
    .filter(([key]) => key.includes(assignments.toLowerCase()))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, policy]) => policy);
}

function policyAt({ state }: Cloud, id: string): JsonObject | undefined {
  return id.toLowerCase().includes(definitions.toLowerCase()) ? state.policies?.[id.toLowerCase()] : undefined;
}

function keyOf(id: Json | undefined): string {
  return typeof id === 'string' ? id.toLowerCase() : '';
}

function isWithin(inner: string, outer: string): boolean {
  return inner === outer || inner.startsWith(`${outer}/`);
}

function titleOf(policy: JsonObject): string {
  return stringAt(policy, 'properties', 'displayName') ?? stringAt(policy, 'name') ?? '';
}

/** 403 with the policies in the text and once more, in parts, beside it (a documented answer of Azure Automation). */
class PolicyRefusal extends ArmError {
  readonly denials: readonly Denial[];

  constructor(name: string, denials: readonly Denial[]) {
    const identifiers = denials.map(({ assignment, definition }): Json => ({
      policyAssignment: { name: titleOf(assignment), id: stringAt(assignment, 'id') ?? '' },
      policyDefinition: { name: titleOf(definition), id: stringAt(definition, 'id') ?? '' },
    }));
    const words = `Resource '${name}' was disallowed by policy. Policy identifiers: '${JSON.stringify(identifiers)}'.`;
    super(403, 'RequestDisallowedByPolicy', words, name);
    this.denials = denials;
  }

  override body(): Json {
    const additionalInfo = this.denials.map(({ assignment, definition, expressions }): Json => ({
      type: 'PolicyViolation',
      info: {
        policyDefinitionDisplayName: titleOf(definition),
        policyDefinitionId: stringAt(definition, 'id') ?? '',
        policyDefinitionEffect: 'deny',
        policyAssignmentDisplayName: titleOf(assignment),
        policyAssignmentId: stringAt(assignment, 'id') ?? '',
        evaluationDetails: { evaluatedExpressions: [...expressions] },
      },
    }));
    return merged(super.body(), { error: { additionalInfo } });
  }
}
