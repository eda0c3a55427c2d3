// What is wrong with the demands of a job, whatever agents there are: nobody can serve it before somebody changes them.
import { equalsIgnoringCase, parseDemand, type Demand } from './demand.ts';
import { imageBehind, isKnownAlias, sourceWord } from './known-images.ts';
import type { OsType } from './instance.ts';
import { osTypeOf } from './lane-image.ts';
import { sortByNearness } from './nearest.ts';
import type { PoolSettings } from './pool.ts';
import { priorities } from './priority.ts';
import { finding, type Finding } from './verdict.ts';
import { workFolderFault } from './work-folder.ts';

/** The first fault in the order in which a person would mend them, or null. */
export function findDemandFault(texts: readonly string[], settings: PoolSettings): Finding | null {
  if (texts.length > 100) return syntax('', 0, `It has ${texts.length} demands`, 'At most 100 demands are read.');
  const demands: (readonly [string, Demand])[] = [];
  for (const text of texts) {
    const demand = parseDemand(text);
    if (demand.kind === 'fault') return syntax(text, demand.position, demand.problem, demand.hint);
    const problem = unreadable(text, demand);
    if (problem !== null) return problem;
    demands.push([text, demand]);
  }
  const conflict = findConflict(demands);
  if (conflict !== null) return conflict;
  const osType = osTypeOf(settings, aliasIn(demands));
  for (const [text, demand] of demands) {
    const problem = demand.kind === 'equals' ? misused(text, demand, settings, osType) : null;
    if (problem !== null) return problem;
  }
  return null;
}

function syntax(demand: string, position: number, problem: string, hint: string): Finding {
  const words =
    demand === ''
      ? `${problem.charAt(0).toUpperCase()}${problem.slice(1)}.`
      : `The demand "${shorten(demand)}" cannot be met: ${problem}.`;
  const evidence = [{ kind: 'demand' as const, demand: shorten(demand), position, problem, hint }];
  return finding('demandSyntax', words, { nextStep: hint, evidence });
}

/** What parses and still cannot be meant (azure-devops-wire.md 4, reliability-security.md 4.5). */
function unreadable(text: string, demand: Demand): Finding | null {
  const control = text.search(unseen);
  if (control >= 0) return syntax(text, control, 'it holds a character that cannot be seen', 'Write it anew by hand.');
  const expression = unexpanded(text);
  if (expression !== null) return expression;
  if (demand.name.length > 256) return syntax(text, 0, 'its name is longer than 256 characters', 'Shorten the name.');
  if (demand.kind === 'exists') return null;
  const { value } = demand;
  if (value.length > 1024) return syntax(text, 0, 'its value is longer than 1024 characters', 'Shorten the value.');
  const position = text.length - value.length;
  if (value.trim() === '') return syntax(text, position, 'no value follows', `Write "${demand.name} -equals VALUE".`);
  const second = /(?:^|\s)-(?:equals|gtVersion)(?:\s|$)/.exec(value);
  if (second !== null) {
    const hint = 'Write one demand in a line, each with one opcode.';
    return syntax(text, position + second.index, 'a second opcode would be part of the value', hint);
  }
  const bare = value.replace(quotesAround, '');
  if (bare === value) return null;
  const hint = bare === '' ? 'Write a value.' : `Remove the quotes: ${demand.name} -${demand.kind} ${bare}`;
  return syntax(text, position, 'quotes are part of the value', hint);
}

/** Straight ones and those of word processors; one alone, too, for no value is meant to begin or end with it. */
const quotesAround = /^["'\u2018-\u201f\u00ab\u00bb]+|["'\u2018-\u201f\u00ab\u00bb]+$/g;

/** `$(x)` is expanded in places; `$[x]` and `${{ x }}` never stand in what Azure DevOps queues, unless nobody evaluated them. */
function unexpanded(text: string): Finding | null {
  const place = text.search(/\$[([]|\$\{\{/);
  if (place < 0) return null;
  const problem = text.startsWith('$(', place)
    ? 'it still holds a variable, which Azure DevOps expands one level deep and in ordinary jobs only'
    : 'it still holds an expression, which Azure DevOps did not evaluate';
  return syntax(text, place, problem, 'Write the value, or use a parameter: ${{ parameters.name }}.');
}

/** No agent has two values for one capability. */
function findConflict(demands: readonly (readonly [string, Demand])[]): Finding | null {
  const seen = new Map<string, readonly [string, string]>();
  for (const [text, demand] of demands) {
    if (demand.kind !== 'equals') continue;
    const name = demand.name.toLowerCase();
    const earlier = seen.get(name);
    if (earlier !== undefined && !equalsIgnoringCase(earlier[1], demand.value)) {
      const words = `"${shorten(earlier[0])}" and "${shorten(text)}" contradict each other: no agent can meet both.`;
      const evidence = [{ kind: 'conflict' as const, demands: [shorten(earlier[0]), shorten(text)] }];
      return finding('demandConflict', words, { nextStep: `Keep one demand for ${demand.name}.`, evidence });
    }
    seen.set(name, [text, demand.value]);
  }
  return null;
}

/** Of the image that the job names; a work folder is judged by its system. */
function aliasIn(demands: readonly (readonly [string, Demand])[]): string | null {
  const found = demands.find(([, { kind, name }]) => kind === 'equals' && equalsIgnoringCase(name, 'ImageOverride'));
  return found?.[1].kind === 'equals' ? found[1].value : null;
}

function misused(
  text: string,
  { name, value }: Extract<Demand, { readonly kind: 'equals' }>,
  settings: PoolSettings,
  osType: OsType,
): Finding | null {
  switch (name.toLowerCase()) {
    case 'imageoverride':
      return unknownAlias(value, settings);
    case 'imageversionoverride':
      return unknownVersion(text, value);
    case 'workfolder':
      return invalidFolder(text, value, osType);
    case 'customcapabilities':
      return unusableTag(text, value, settings);
    case 'priority':
      return unknownPriority(text, value);
    case 'agent.os':
      return value.toLowerCase() === 'darwin' ? noMacs(text) : null;
    default:
      return null;
  }
}

function unknownAlias(value: string, settings: PoolSettings): Finding | null {
  const aliases = settings.images.flatMap((image) => image.aliases);
  if (aliases.some((alias) => equalsIgnoringCase(alias, value))) return null;
  const known = sortByNearness(value, aliases);
  const isMac = /^mac(os)?(-|$)/i.test(value);
  const offered = known.length === 0 ? 'This pool declares no image by name.' : `This pool has: ${known.join(', ')}.`;
  const why = isMac ? 'Azure has no Mac machines to start, so no scale set can serve it.' : offered;
  const nextStep = isMac ? useHostedMac : nextStepFor(value, known[0], settings);
  const evidence = [{ kind: 'aliases' as const, asked: shorten(value), known }];
  return finding('aliasUnknown', `No image of this pool is called "${shorten(value)}". ${why}`, { nextStep, evidence });
}

const useHostedMac = 'Use a Microsoft-hosted macOS pool for this job.';

/** Names of Azure Pipelines images are offered where an image of the pool is such a one, under another name. */
function nextStepFor(asked: string, nearest: string | undefined, settings: PoolSettings): string {
  const behind = imageBehind(asked, settings);
  if (behind !== null) return `Add "${shorten(asked)}" to the aliases of image "${behind}", which is such an image.`;
  const add = isKnownAlias(asked) ? `add an image with that alias and a source such as ${sourceWord(asked)}` : null;
  if (nearest === undefined) return `Remove the demand, or ${add ?? 'add the image'} to the settings of the pool.`;
  return `Write "ImageOverride -equals ${nearest}", or ${add ?? 'add the alias'} to the settings of the pool.`;
}

/** Weir gives an agent one of three labels; another one stands on an agent only where somebody wrote it there. */
function unknownPriority(text: string, value: string): Finding | null {
  if (priorities.some((one) => equalsIgnoringCase(one, value))) return null;
  const [nearest = 'High'] = sortByNearness(value, priorities);
  const problem = `"${shorten(value)}" is no priority: there are ${priorities.slice(0, -1).join(', ')} and ${priorities.at(-1) ?? ''}`;
  return syntax(text, text.length - value.length, problem, `Write "Priority -equals ${nearest}".`);
}

/** A label that only a Mac has (seed 000: Azure has no Mac agents). */
function noMacs(text: string): Finding {
  const words = 'Azure has no Mac machines to start, so no image of this pool can meet "Agent.OS -equals Darwin".';
  const problem = 'only a Mac meets it';
  const evidence = [{ kind: 'demand' as const, demand: shorten(text), position: 0, problem, hint: useHostedMac }];
  return finding('noAgentMatches', words, { nextStep: useHostedMac, evidence });
}

function unknownVersion(text: string, value: string): Finding | null {
  if (/^\d{1,10}(\.\d{1,10}){2}$/.test(value)) return null;
  const problem = `"${shorten(value)}" is not an exact version`;
  const hint = 'Write an exact version, such as 2.0.0; without the demand the newest admitted one is used.';
  const evidence = [
    { kind: 'demand' as const, demand: shorten(text), position: text.length - value.length, problem, hint },
  ];
  return finding('versionUnknown', `${problem}, so there is no image to start.`, { nextStep: hint, evidence });
}

function invalidFolder(text: string, value: string, osType: OsType): Finding | null {
  const fault = workFolderFault(value, osType);
  if (fault === null) return null;
  const hint = osType === 'linux' ? 'Write a folder such as /mnt/work.' : 'Write a folder such as D:\\work.';
  const position = text.length - value.length;
  const evidence = [{ kind: 'demand' as const, demand: shorten(text), position, problem: fault.message, hint }];
  const words = `"${shorten(value)}" cannot be a work folder: it is ${fault.message}.`;
  return finding('workFolderInvalid', words, { nextStep: hint, evidence });
}

function unusableTag(text: string, value: string, settings: PoolSettings): Finding | null {
  if (settings.profile.kind === 'stateful') return null;
  const problem = 'a stateless pool gives every job a fresh agent';
  const hint = 'Remove the demand, or make the pool stateful (recycleAfterEachUse: false).';
  const evidence = [
    { kind: 'demand' as const, demand: shorten(text), position: text.length - value.length, problem, hint },
  ];
  const words = `CustomCapabilities asks for an agent that ran such a job before, but ${problem}.`;
  return finding('tagNeedsStatefulPool', words, { nextStep: hint, evidence });
}

/** Control characters, marks of direction, blanks without width, and halves of characters. */
const unseen = /[\p{Cc}\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]|\p{Cs}/u;

/** Demands are hostile input: what is shown again is short and on one line. */
export function shorten(text: string): string {
  const line = text.replaceAll(new RegExp(unseen, 'gu'), '\ufffd');
  return line.length <= 200 ? line : `${line.slice(0, 199)}…`;
}
