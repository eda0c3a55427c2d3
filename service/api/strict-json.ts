// Reads a JSON text and refuses what parsers forgive: duplicate keys, keys that reach a prototype, endless depth.
import { UserProblem } from '../problem.ts';

const deepest = 32;
const mostKeys = 10_000;
const forbidden: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** Throws UserProblem `BODY_NOT_JSON`, `BODY_TOO_DEEP`, `BODY_FORBIDDEN_KEY`, `BODY_DUPLICATE_KEY` or `BODY_TOO_MANY_KEYS`. */
export function readStrictJson(text: string): unknown {
  const scanner = new Scanner(text);
  scanner.value(1);
  scanner.end();
  return JSON.parse(text) as unknown;
}

/** One pass over the text before the parser sees it; the depth is bounded, so it may call itself. */
class Scanner {
  readonly #text: string;
  #at = 0;
  #keys = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(depth: number): void {
    this.#space();
    const next = this.#text[this.#at];
    if (next === '{') this.#object(depth);
    else if (next === '[') this.#array(depth);
    else if (next === '"') this.#string();
    else this.#word();
    this.#space();
  }

  end(): void {
    if (this.#at < this.#text.length) this.#notJson();
  }

  #object(depth: number): void {
    this.#enter(depth);
    const seen = new Set<string>();
    if (this.#skip('}')) return;
    do {
      this.#space();
      const start = this.#at;
      const key = this.#string();
      if (forbidden.has(key))
        throw this.#problem('BODY_FORBIDDEN_KEY', `The key ${JSON.stringify(key)} is refused`, start);
      if (seen.has(key)) throw this.#problem('BODY_DUPLICATE_KEY', `The key ${shortened(key)} stands twice`, start);
      seen.add(key);
      this.#keys += 1;
      if (this.#keys > mostKeys)
        throw this.#problem('BODY_TOO_MANY_KEYS', `There are more than ${mostKeys} keys`, start);
      this.#space();
      this.#expect(':');
      this.value(depth + 1);
    } while (this.#skip(','));
    this.#expect('}');
  }

  #array(depth: number): void {
    this.#enter(depth);
    if (this.#skip(']')) return;
    do this.value(depth + 1);
    while (this.#skip(','));
    this.#expect(']');
  }

  #enter(depth: number): void {
    if (depth > deepest) throw this.#problem('BODY_TOO_DEEP', `It is nested more than ${deepest} levels`, this.#at);
    this.#at += 1;
    this.#space();
  }

  #string(): string {
    const written = this.#match(/"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y);
    return JSON.parse(written) as string;
  }

  #word(): void {
    this.#match(/true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y);
  }

  #match(form: RegExp): string {
    form.lastIndex = this.#at;
    const found = form.exec(this.#text)?.[0] ?? this.#notJson();
    this.#at += found.length;
    return found;
  }

  #space(): void {
    while (' \t\n\r'.includes(this.#text[this.#at] ?? 'x')) this.#at += 1;
  }

  #skip(sign: string): boolean {
    if (this.#text[this.#at] !== sign) return false;
    this.#at += 1;
    return true;
  }

  #expect(sign: string): void {
    if (!this.#skip(sign)) this.#notJson();
  }

  #notJson(): never {
    throw this.#problem('BODY_NOT_JSON', 'This is not JSON', this.#at);
  }

  #problem(code: string, words: string, at: number): UserProblem {
    const before = this.#text.slice(0, at).split('\n');
    const place = `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
    return new UserProblem(code, `${words}, at line:column ${place} of the body.`, { field: 'body', value: place });
  }
}

function shortened(key: string): string {
  return JSON.stringify(key.length <= 80 ? key : `${key.slice(0, 79)}…`);
}
