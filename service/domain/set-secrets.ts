// Looks for secrets that stand in plain text where whoever may read the scale set, and every job on its machines, can read
// them too. A secret itself never leaves this file: only where it stands, and what it looks like.
import type { SecretFacts } from './set-facts.ts';

const looks: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['a shared access signature', /[?&]sig=[A-Za-z0-9%+/=_-]{16,}/],
  ['the key of a storage account', /\bAccountKey=[A-Za-z0-9+/=]{16,}/i],
  ['a private key', /-----BEGIN [A-Z ]*PRIVATE KEY-----/],
  ['a personal access token', /\b[A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4}\b|(^|[^A-Za-z0-9])[a-z2-7]{52}($|[^A-Za-z0-9])/],
  ['a token of GitHub', /\b(gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,})/],
  ['a signed token', /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/],
];
const suspicious = /(password|passwd|pwd|secret|token|api_?key|access_?key|connection_?string)/i;
const assigned = /(?:--?|\b)(password|passwd|pwd|token|secret|api-?key)[ =:]+["']?[^\s"'$%{<-][^\s"']{5,}/i;
/** A model is a small thing; what is deeper than this is not read by people either. */
const deepest = 12;

/** Every text below `value`; `path` is where it stands in the model. */
export function secretsIn(value: unknown, path: string, depth = 0): readonly SecretFacts[] {
  if (depth > deepest) return [];
  if (typeof value === 'string') return ofText(value, path);
  if (Array.isArray(value))
    return value.flatMap((item: unknown, index) => secretsIn(item, `${path}[${index}]`, depth + 1));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => secretsIn(item, `${path}.${key}`, depth + 1));
}

function ofText(text: string, path: string): readonly SecretFacts[] {
  const certain = looks.find(([, pattern]) => pattern.test(text));
  if (certain !== undefined) return [{ path, what: certain[0], isCertain: true }];
  const field = path.slice(path.lastIndexOf('.') + 1);
  const isNamed = suspicious.test(field) && text.length >= 6 && !/^(\$|https:\/\/[^?]*$)/.test(text);
  if (isNamed) return [{ path, what: `something called ${field}`, isCertain: false }];
  const [, word] = assigned.exec(text) ?? [];
  return word === undefined ? [] : [{ path, what: `a ${word.toLowerCase()}`, isCertain: false }];
}
