// What somebody typed or pasted into the tester of demands: one demand in a line, or YAML as pipelines write it.
import { parse } from 'yaml';
import { UserProblem } from '../problem.ts';

const mostDemands = 100;
const longestDemand = 2_000;

/** Throws `UserProblem` DEMANDS_TEXT where it is neither. An empty text is a job without demands. */
export function readDemandText(text: string): readonly string[] {
  const demands = /^\s*(demands|pool)\s*:|^\s*-\s|^\s*\[/m.test(text) ? fromYaml(text) : fromLines(text);
  if (demands.length > mostDemands) throw problem(`There are more than ${mostDemands} demands.`);
  if (demands.some((demand) => demand.length > longestDemand)) throw problem('One demand is too long to be one.');
  return demands;
}

function fromLines(text: string): readonly string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

function fromYaml(text: string): readonly string[] {
  let value: unknown;
  try {
    value = parse(text, { maxAliasCount: 0 });
  } catch (error) {
    const [reason = 'it cannot be read'] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw problem(`This is not YAML: ${reason.replace(/:?\s*$/, '')}.`);
  }
  return demandsIn(value);
}

/** `demands:` below `pool:` or alone; a list, or one demand as a text. */
function demandsIn(value: unknown): readonly string[] {
  if (value === null || value === undefined) return [];
  if (typeof value === 'string') return [value.trim()];
  if (Array.isArray(value)) return value.flatMap(demandsIn);
  if (typeof value === 'object') {
    if ('demands' in value) return demandsIn(value.demands);
    if ('pool' in value) return demandsIn(value.pool);
    if ('name' in value || 'vmImage' in value) return [];
    const [only, ...others] = Object.entries(value);
    // YAML reads "name: value" in a list as a mapping; a pipeline would refuse it, and so is it shown.
    if (only !== undefined && others.length === 0 && typeof only[1] === 'string') return [`${only[0]}: ${only[1]}`];
  }
  throw problem('Weir found no demands in it.');
}

function problem(message: string): UserProblem {
  const nextStep =
    'Write one demand in a line, such as "ImageOverride -equals ubuntu-22.04", or paste "demands:" from a pipeline.';
  return new UserProblem('DEMANDS_TEXT', message, { field: 'text', nextStep });
}
