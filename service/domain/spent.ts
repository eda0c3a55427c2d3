// What a pool remembers of the machine time that it used.
/** Machine time of one calendar month (UTC). `at` and `machines` are those of the last pass that saw all instances. */
export interface Spent {
  readonly month: string;
  readonly milliseconds: number;
  readonly at: number;
  readonly machines: number;
}
