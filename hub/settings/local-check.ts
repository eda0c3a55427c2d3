// What the page can see for itself, before anything is sent: bounds and forms of the contract, and standby against maximum.
// Everything else is the service's to say.
import type { ProblemPart } from '../../contract/client.ts';
import { valueAt, type Document } from './document.ts';
import { boundsWords, schemaAt, withoutNull, type SchemaNode } from './schema-at.ts';

/** One thing that is wrong with one field, whoever found it. */
export type FieldFault = Pick<ProblemPart, 'message' | 'nextStep'> & { readonly field: string };

/** `paths` are the fields of the form that hold one value each. */
export function localFaults(document: Document, paths: readonly string[]): readonly FieldFault[] {
  const faults = paths.flatMap((field) => {
    const nextStep = faultOf(schemaAt(field), valueAt(document, field));
    return nextStep === null ? [] : [{ field, message: 'This cannot be saved as it stands.', nextStep }];
  });
  const [maximum, standby] = [document.maxCapacity, document.desiredIdle];
  const isAbove = typeof maximum === 'number' && typeof standby === 'number' && standby > maximum;
  const has = (field: string): boolean => faults.some((fault) => fault.field === field);
  if (!isAbove || has('desiredIdle') || has('maxCapacity')) return faults;
  const message = `${standby} on standby is more than the maximum of ${maximum}.`;
  return [...faults, { field: 'desiredIdle', message, nextStep: 'Lower the standby or raise the maximum.' }];
}

/** What to write instead; null where the value fits. Absent means the default, which always fits. */
export function faultOf(schema: SchemaNode, value: unknown): string | null {
  if (value === undefined) return null;
  const isNullable = schema.anyOf?.some((one) => one.type === 'null') === true;
  if (value === null) return isNullable ? null : 'Write a value.';
  const node = withoutNull(schema);
  if (node.enum !== undefined) return node.enum.some((one) => one === value) ? null : 'Choose one of the list.';
  if (node.type === 'integer' || node.type === 'number') return numberFault(node, value);
  return node.type === 'string' ? textFault(node, value) : null;
}

function numberFault(node: SchemaNode, value: unknown): string | null {
  const { minimum = -Infinity, maximum = Infinity, exclusiveMinimum = -Infinity } = node;
  const isNumber = typeof value === 'number' && (node.type === 'number' || Number.isInteger(value));
  if (isNumber && value >= minimum && value <= maximum && value > exclusiveMinimum) return null;
  return `Write a ${node.type === 'integer' ? 'whole number' : 'number'}, ${boundsWords(node)}.`;
}

function textFault({ minLength = 0, maxLength = Infinity, pattern }: SchemaNode, value: unknown): string | null {
  if (typeof value !== 'string') return 'Write a text.';
  if (value.length < minLength) return 'Write something.';
  if (value.length > maxLength) return `Write at most ${maxLength} characters.`;
  return pattern === undefined || new RegExp(pattern, 'u').test(value) ? null : 'Write it in the form that is shown.';
}

/** Those that belong to the field or to something inside it. */
export function faultsAt(faults: readonly FieldFault[], path: string): readonly FieldFault[] {
  return faults.filter(({ field }) => field === path || field.startsWith(`${path}.`) || field.startsWith(`${path}[`));
}
