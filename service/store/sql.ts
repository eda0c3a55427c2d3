// What the store needs of a database: one statement at a time, the same text on PGlite and on PostgreSQL; and how
// values that come back become ours without losing a digit.

export type SqlValue = string | number | boolean | null | readonly number[] | readonly string[];
export type SqlRow = Readonly<Record<string, unknown>>;

export interface Sql {
  query(text: string, values?: readonly SqlValue[]): Promise<readonly SqlRow[]>;
  /** Several statements on one connection, all or nothing. */
  transaction(work: (query: Sql['query']) => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

/**
 * A text with NUL in it is refused by PostgreSQL as an error, but names from outside (a pool in a URL, a nonce of a
 * machine) must only find nothing. Documents travel as JSON, where NUL is an escape and survives.
 */
export function storable(values: readonly SqlValue[]): SqlValue[] {
  return values.map((value) => (typeof value === 'string' ? value.replaceAll('\0', '\uFFFD') : value));
}

export function numberIn(row: SqlRow, column: string): number {
  const value = numberOrNullIn(row, column);
  if (value === null) throw new Error(`Column ${column} is empty.`);
  return value;
}

/** The two drivers give a bigint as text, number or bigint; all of them must be exact. */
export function numberOrNullIn(row: SqlRow, column: string): number | null {
  const value = row[column];
  if (value === null || value === undefined) return null;
  if (typeof value === 'number') return value;
  const number = typeof value === 'string' || typeof value === 'bigint' ? Number(value) : NaN;
  if (!Number.isSafeInteger(number)) throw new Error(`Column ${column} holds no exact number.`);
  return number;
}

export function textIn(row: SqlRow, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') throw new Error(`Column ${column} holds no text.`);
  return value;
}

export function textOrNullIn(row: SqlRow, column: string): string | null {
  return row[column] === null || row[column] === undefined ? null : textIn(row, column);
}

export function booleanIn(row: SqlRow, column: string): boolean {
  const value = row[column];
  if (typeof value !== 'boolean') throw new Error(`Column ${column} holds no boolean.`);
  return value;
}

/** `column = $n` for each given field, beginning after the parameters that the statement has already. */
export function assignments(
  change: Readonly<Record<string, SqlValue | undefined>>,
  columns: Readonly<Record<string, string>>,
  parametersBefore: number,
): { readonly clause: string; readonly values: readonly SqlValue[] } {
  const given = Object.entries(columns).flatMap(([field, column]) => {
    const value = change[field];
    return value === undefined ? [] : [{ column, value }];
  });
  return {
    clause: given.map(({ column }, index) => `, ${column} = $${parametersBefore + index + 1}`).join(''),
    values: given.map(({ value }) => value),
  };
}
