// What Azure Resource Manager answers when it refuses: one class that renders the envelope, and the refusals that more than one route gives.
import type { Json, JsonObject } from './json.ts';

export class ArmError extends Error {
  readonly status: number;
  readonly code: string;
  readonly target: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly details: Json[] | undefined;

  constructor(
    status: number,
    code: string,
    message: string,
    target?: string,
    headers: Readonly<Record<string, string>> = {},
    details?: Json[],
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.target = target;
    this.headers = headers;
    this.details = details;
  }

  body(): Json {
    const error: JsonObject = { code: this.code, message: this.message };
    if (this.target !== undefined) error.target = this.target;
    if (this.details !== undefined) error.details = this.details;
    return { error };
  }
}

export function invalidParameter(target: string, message: string): ArmError {
  return new ArmError(400, 'InvalidParameter', message, target);
}

export function missingParameter(name: string): ArmError {
  return invalidParameter(name, `Required parameter '${name}' is missing (null).`);
}

export function changeNotAllowed(property: string): ArmError {
  return new ArmError(400, 'PropertyChangeNotAllowed', `Changing property '${property}' is not allowed.`, property);
}

/** One bad id refuses the whole batch (azure-wire.md 3, errors). */
export function inactiveInstance(instanceId: string): ArmError {
  return invalidParameter(
    'instanceIds',
    `The provided instanceId ${instanceId} is not an active Virtual Machine Scale Set VM instanceId.`,
  );
}

export function conflict(): ArmError {
  return new ArmError(409, 'Conflict', 'The request failed due to conflict with a concurrent request.');
}

export function operationNotAllowed(message: string): ArmError {
  return new ArmError(409, 'OperationNotAllowed', message);
}

export function resourceNotFound(type: string, name: string, group: string): ArmError {
  return new ArmError(
    404,
    'ResourceNotFound',
    `The Resource '${type}/${name}' under resource group '${group}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
  );
}

export function parentNotFound(name: string): ArmError {
  return new ArmError(
    404,
    'ParentResourceNotFound',
    `Failed to perform 'read' on resource(s) of type 'virtualMachineScaleSets', because the parent resource '${name}' could not be found.`,
  );
}

export function resourceGroupNotFound(name: string): ArmError {
  return new ArmError(404, 'ResourceGroupNotFound', `Resource group '${name}' could not be found.`);
}

/** Never a plausible guess: what this emulator does not do says so, with its name. */
export function notBuilt(operation: string): ArmError {
  return new ArmError(501, 'NotImplemented', `The emulator does not implement ${operation}.`, operation);
}
