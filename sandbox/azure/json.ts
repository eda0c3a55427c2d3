// JSON as Azure stores and merges it. A PUT is a merge: what a client leaves out is kept (azure-wire.md 3), and lists of named things
// are matched by name, so that secrets which were never echoed survive a read-then-write.

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = Record<string, Json>;

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value at a path of keys, or undefined where the path ends early. */
export function valueAt(root: Json | undefined, ...path: readonly string[]): Json | undefined {
  let value = root;
  for (const key of path) {
    if (!isObject(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value;
}

export function objectAt(root: Json | undefined, ...path: readonly string[]): JsonObject | undefined {
  const value = valueAt(root, ...path);
  return isObject(value) ? value : undefined;
}

export function listAt(root: Json | undefined, ...path: readonly string[]): Json[] {
  const value = valueAt(root, ...path);
  return Array.isArray(value) ? value : [];
}

export function stringAt(root: Json | undefined, ...path: readonly string[]): string | undefined {
  const value = valueAt(root, ...path);
  return typeof value === 'string' ? value : undefined;
}

export function copyOf<T extends Json | undefined>(value: T): T {
  return value === undefined ? value : (JSON.parse(JSON.stringify(value)) as T);
}

/** Equal whatever the order of keys. */
export function sameJson(left: Json | undefined, right: Json | undefined): boolean {
  return canonical(left) === canonical(right);
}

/** What stands after `change` was merged into `base`; null removes. Neither argument is touched. */
export function merged(base: Json | undefined, change: Json): Json {
  if (Array.isArray(change)) return mergedList(Array.isArray(base) ? base : [], change);
  if (!isObject(change)) return change;
  const result: JsonObject = isObject(base) ? { ...base } : {};
  for (const [key, value] of Object.entries(change)) {
    if (value === null) Reflect.deleteProperty(result, key);
    else define(result, key, merged(Object.hasOwn(result, key) ? result[key] : undefined, value));
  }
  return result;
}

function mergedList(base: readonly Json[], change: readonly Json[]): Json[] {
  return change.map((item) => {
    const name = stringAt(item, 'name');
    const before = name === undefined ? undefined : base.find((old) => stringAt(old, 'name') === name);
    return merged(before, item);
  });
}

// A key like __proto__ in a request is data, never a prototype.
function define(target: JsonObject, key: string, value: Json): void {
  Object.defineProperty(target, key, { value, enumerable: true, writable: true, configurable: true });
}

function canonical(value: Json | undefined): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value ?? null);
  const parts = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`);
  return `{${parts.join(',')}}`;
}
