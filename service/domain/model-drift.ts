// What of a scale set's model was changed since Weir saw it first, by the names that people know its parts by
// (reliability-security.md A21). Machines that stand keep the model that they were made of.

/** Name of a part → its digest; a part that is empty has none. */
export type ModelParts = Readonly<Record<string, string>>;

export interface ModelChange {
  readonly at: number;
  readonly parts: readonly string[];
}

export interface ModelSeen {
  /** Of how the parts are cut: what another version saw is not compared. */
  readonly version: number;
  readonly parts: ModelParts;
  readonly since: number;
  /** Newest first. */
  readonly changes: readonly ModelChange[];
}

const version = 1;
const mostChanges = 20;

/** `seen` is null where nothing is new; the first sight of a model is no change of it. */
export function lookAtModel(
  before: ModelSeen | null,
  parts: ModelParts,
  now: number,
): { readonly seen: ModelSeen | null; readonly change: ModelChange | null } {
  if (before?.version !== version) return { seen: { version, parts, since: now, changes: [] }, change: null };
  const changed = changedParts(before.parts, parts);
  if (changed.length === 0) return { seen: null, change: null };
  const change = { at: now, parts: changed };
  return { seen: { ...before, parts, changes: [change, ...before.changes].slice(0, mostChanges) }, change };
}

/** In the order of the model; what is gone comes last. */
function changedParts(before: ModelParts, after: ModelParts): readonly string[] {
  const names = [...new Set([...Object.keys(after), ...Object.keys(before)])];
  return names.filter((name) => before[name] !== after[name]);
}

/** "size, image and load balancer". */
export function partWords(parts: readonly string[]): string {
  if (parts.length < 2) return parts.join('');
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}`;
}

/** Each has a check of its own, which says whether it is good: that it was changed is no more than news. */
export function isCheckedAlone(part: string): boolean {
  return checkedAlone.has(part);
}

const checkedAlone: ReadonlySet<string> = new Set([
  ...['upgrade policy', 'overprovisioning', 'automatic repairs', 'terminate notification'],
  ...['size limit of the scale set', 'fault domains'],
]);
