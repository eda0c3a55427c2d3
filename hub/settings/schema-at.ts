// What the published schema says of one field: its bounds, its choices, its default. The form is drawn from it, so a bound
// that changes in the contract changes here.
import { PoolSettingsInput } from '../../contract/settings.ts';

export interface SchemaNode {
  readonly type?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  readonly default?: unknown;
  readonly description?: string;
  readonly anyOf?: readonly SchemaNode[];
  readonly items?: SchemaNode;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
}

/** Of the field at a path such as `sizing.sampleMinutes`; throws where the contract has no such field. */
export function schemaAt(path: string): SchemaNode {
  return inside(PoolSettingsInput, path.split('.'), path);
}

function inside(node: SchemaNode, [name, ...rest]: readonly string[], path: string): SchemaNode {
  if (name === undefined) return node;
  const homes = [node, ...(node.anyOf ?? [])];
  const found = homes.map((home) => home.properties?.[name]).find((one) => one !== undefined);
  if (found === undefined) throw new Error(`The contract has no setting "${path}".`);
  return inside(found, rest, path);
}

/** The schema of the value itself where null may stand in its place. */
export function withoutNull(node: SchemaNode): SchemaNode {
  const [first] = (node.anyOf ?? []).filter((one) => one.type !== 'null');
  return first ?? node;
}

/** "1 to 1000", "more than 0, at most 1000000000"; empty where the schema draws no bounds. */
export function boundsWords(node: SchemaNode): string {
  const { minimum, maximum, exclusiveMinimum } = withoutNull(node);
  if (minimum !== undefined && maximum !== undefined) return `${plain(minimum)} to ${plain(maximum)}`;
  if (exclusiveMinimum !== undefined && maximum !== undefined)
    return `more than ${plain(exclusiveMinimum)}, at most ${plain(maximum)}`;
  return '';
}

function plain(bound: number): string {
  return bound.toLocaleString('en-GB');
}
