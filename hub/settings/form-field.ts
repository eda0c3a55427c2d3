// What the settings page knows of a field besides what the contract says: its words, its unit, how it is drawn.

/** `special` fields have an editor of their own. */
export type Control = 'number' | 'flag' | 'choice' | 'text' | 'script' | 'lines' | 'amount' | 'special';

export interface Field {
  readonly path: string;
  readonly label: string;
  readonly help: string;
  readonly unit?: string;
  readonly control: Control;
  /** Words for the values of a choice. */
  readonly names?: Readonly<Record<string, string>>;
  /** What it writes, and what is kept or taken as one when two people change the settings; its own path unless said. */
  readonly members?: readonly string[];
}

export interface FormSection {
  readonly title: string;
  readonly about: string;
  readonly fields: readonly Field[];
}

export function membersOf(field: Pick<Field, 'path' | 'members'>): readonly string[] {
  return field.members ?? [field.path];
}
