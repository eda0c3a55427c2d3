// Reads the shapes that a memory is made of: maps by name, lists of numbers, and words of a closed list.
import { CloudError } from '../service/problem.ts';
import { asList, fieldsOf, unreadable, type Fields } from '../service/wire.ts';

export function choice<T extends string>(record: Fields, key: string, choices: readonly T[]): T {
  const text = record.requiredText(key);
  const found = choices.find((one) => one === text);
  if (found !== undefined) return found;
  const path = `${record.path}.${key}`;
  throw new CloudError('unreadable', path, `${path} should be one of ${choices.join(', ')}, but is "${text}"`);
}

export function mapOf<T>(
  memory: Fields,
  name: string,
  read: (fields: Fields, key: string) => T,
): Readonly<Record<string, T>> {
  return entriesOf(memory.object(name), read);
}

/** The same of objects. `name` null: the object itself is the map. */
export function objectMapOf<T>(
  memory: Fields,
  name: string | null,
  read: (entry: Fields) => T,
): Readonly<Record<string, T>> {
  return entriesOf(name === null ? memory : memory.object(name), (fields, key) => read(objectAt(fields, key)));
}

function entriesOf<T>(fields: Fields | null, read: (fields: Fields, key: string) => T): Readonly<Record<string, T>> {
  return fields === null ? {} : Object.fromEntries(Object.keys(fields.raw()).map((key) => [key, read(fields, key)]));
}

export function numberAt(fields: Fields, key: string): number {
  return fields.requiredNumber(key);
}

export function objectAt(fields: Fields, key: string): Fields {
  return fieldsOf(fields.raw()[key], `${fields.path}.${key}`);
}

export function numbers(fields: Fields | null, name: string): readonly number[] {
  const raw = fields?.raw()[name];
  if (fields === null || raw === undefined || raw === null) return [];
  return asList(raw, `${fields.path}.${name}`).map((item, index) => {
    if (typeof item === 'number') return item;
    throw unreadable(`${fields.path}.${name}[${index}]`, 'a number', item);
  });
}
