// Why a job failed before it could wait: which of its demands no placeholder stood for, and the nearest value that the pool
// admits.
import { keyOfLabels, priorityValues, type AdmissibleSet } from './admissible-set.ts';
import { admissibleVersions, versionRules } from './admissible-versions.ts';
import { admissionOf, type Admission } from './admission.ts';
import { equalsIgnoringCase, meetsDemand, parseDemand, type Demand } from './demand.ts';
import { findDemandFault, shorten } from './demand-faults.ts';
import { isComing, overrideFault, type VersionFault } from './image-version.ts';
import type { JobRequest } from './job-request.ts';
import { isLabel, labelNames, type LabelName } from './learned.ts';
import { sortByNearness } from './nearest.ts';
import type { Observation } from './observation.ts';
import { onceForBoth } from './once-for-both.ts';
import type { PoolImage, PoolSettings } from './pool.ts';
import { finding, type Finding, type VerdictName } from './verdict.ts';
import { copyWords } from './version-copy.ts';

/** Null where every demand is admitted now: then something else was amiss. */
export function admissionVerdict(
  request: Pick<JobRequest, 'demands'>,
  observation: Observation,
  settings: PoolSettings,
): Finding | null {
  const fault = findDemandFault(request.demands, settings);
  if (fault !== null) return fault;
  const demands = request.demands.map(parseDemand).filter((demand) => demand.kind !== 'fault');
  const version = versionVerdict(demands, observation, settings);
  if (version !== null) return version;
  const admission = admitted(observation, settings);
  const all = [...admission.sets, ...admission.leftOut];
  for (const name of labelNames) {
    const demand = demands.find((one) => equalsIgnoringCase(one.name, name));
    if (demand === undefined || all.some((set) => meetsDemand(demand, set.labels))) continue;
    if (isDeclared(demand, settings)) continue;
    return unknownValue(demand, name, all);
  }
  const labels = demands.filter((demand) => isLabel(demand.name));
  if (admission.sets.some((set) => meetsAll(labels, set))) return null;
  return combination(labels, admission);
}

/** The same for every job that failed. */
const admitted = onceForBoth((observation: Observation, settings: PoolSettings) => admissionOf(observation, settings));

/** Of very many values some are not even among those that are listed as left out. */
function isDeclared(demand: Demand, { demands }: PoolSettings): boolean {
  const declared = [...demands.workFolders, ...demands.customCapabilities];
  return demand.kind === 'equals' && declared.some((one) => equalsIgnoringCase(one, demand.value));
}

function meetsAll(demands: readonly Demand[], set: AdmissibleSet): boolean {
  return demands.every((demand) => meetsDemand(demand, set.labels));
}

/** Each value is admitted, and not all of them together. */
function combination(demands: readonly Demand[], admission: Admission): Finding {
  const isLeftOut = admission.leftOut.some((set) => meetsAll(demands, set)) || admission.leftOutCount > 0;
  const nearest = admission.sets.reduce<{ set: AdmissibleSet; met: number } | null>((best, set) => {
    const met = demands.filter((demand) => meetsDemand(demand, set.labels)).length;
    return best === null || met > best.met ? { set, met } : best;
  }, null);
  const why = isLeftOut
    ? `the pool admits more combinations than the ${admission.sets.length} for which it holds placeholders`
    : 'no pipeline is known to ask for them together, and the settings of the pool do not admit it';
  const words = `Its demands are admitted one by one but not together: ${why}.`;
  const nextStep =
    nearest === null
      ? 'Declare the values in the settings of the pool.'
      : `The nearest that is admitted: ${demandWords(nearest.set)}. Or take values that nobody needs out of the settings of the pool.`;
  const known = nearest === null ? [] : [keyOfLabels(nearest.set.labels).replaceAll('\n', ', ')];
  const asked = shorten(demands.map(textOf).join(', '));
  return finding('notAdmitted', words, { nextStep, evidence: [{ kind: 'aliases', asked, known }] });
}

/** As the form of the settings names them. */
const labels = {
  workFolders: '"Work folders" (demands.workFolders)',
  customCapabilities: '"Custom capabilities" (demands.customCapabilities)',
} as const;

function unknownValue(demand: Demand, name: LabelName, all: readonly AdmissibleSet[]): Finding {
  const values = [...new Set(all.flatMap((set) => set.labels[name] ?? []))];
  const asked = demand.kind === 'exists' ? '' : demand.value;
  const known = name === 'Priority' ? priorityValues : sortByNearness(asked, values);
  const nearest = sortByNearness(asked, known)[0];
  const words =
    known.length === 0
      ? `This pool admits no ${name}.`
      : `This pool does not admit "${shorten(textOf(demand))}": it knows ${known.slice(0, 5).join(', ')}${known.length > 5 ? ' …' : ''}.`;
  const setting = name === 'WorkFolder' ? 'workFolders' : name === 'CustomCapabilities' ? 'customCapabilities' : null;
  const declare =
    setting === null ? '' : ` or add "${shorten(asked)}" to ${labels[setting]} in the settings of the pool`;
  const nextStep =
    nearest === undefined ? `Remove the demand${declare}.` : `Write "${name} -equals ${nearest}"${declare}.`;
  return finding('notAdmitted', words, {
    nextStep,
    evidence: [{ kind: 'aliases', asked: shorten(asked), known: known.slice(0, 20) }],
  });
}

function versionVerdict(demands: readonly Demand[], observation: Observation, settings: PoolSettings): Finding | null {
  const value = (name: LabelName) => {
    const found = demands.find((one) => one.kind === 'equals' && equalsIgnoringCase(one.name, name));
    return found?.kind === 'equals' ? found.value : null;
  };
  const [asked, alias] = [value('ImageVersionOverride'), value('ImageOverride')];
  const image: PoolImage | undefined =
    alias === null
      ? settings.images[0]
      : settings.images.find((one) => one.aliases.some((name) => equalsIgnoringCase(name, alias)));
  if (asked === null || image === undefined) return null;
  const rules = versionRules(image, observation, settings);
  const isAdmitted = (): boolean => admissibleVersions(image, observation, settings).includes(asked);
  const unread = rules.unread === undefined || isAdmitted() ? null : ({ kind: 'unread', ...rules.unread } as const);
  const fault = overrideFault(asked, rules) ?? unread;
  return fault === null ? null : versionFinding(asked, image.aliases[0] ?? '', fault);
}

function versionFinding(asked: string, image: string, fault: VersionFault): Finding {
  if (fault.kind === 'unread') return unreadFinding(asked, image, fault.problem);
  const known = fault.kind === 'noVersions' ? [] : fault.kind === 'notAllowed' ? fault.allowed : fault.available;
  const evidence = [{ kind: 'aliases' as const, asked, known }];
  const nearest = sortByNearness(asked, known)[0];
  const instead =
    nearest === undefined
      ? 'Remove the demand ImageVersionOverride.'
      : `Write "ImageVersionOverride -equals ${nearest}", or remove the demand.`;
  const isAwaited = isComing(fault);
  const nextStep = isAwaited ? 'Run the job again: it waits for the copy.' : instead;
  const verdicts: Readonly<Record<(typeof fault)['kind'], readonly [VerdictName, string]>> = {
    missing: ['versionUnknown', `Could not find version ${asked} of image "${image}".`],
    notReplicated: ['versionNotReplicated', `Version ${asked} of image "${image}" ${wordsOf(fault)}.`],
    notAllowed: ['versionNotAllowed', `Version ${asked} of image "${image}" is not one that jobs may choose.`],
    noVersions: ['versionUnknown', `Image "${image}" has no versions to choose from.`],
  };
  const [verdict, words] = verdicts[fault.kind];
  const offered = known.length === 0 ? '' : ` Available: ${known.join(', ')}.`;
  return finding(verdict, `${words}${offered}`, { nextStep, evidence });
}

/** Without the list nobody can tell a version that there is not from one that only is not known yet. */
function unreadFinding(asked: string, image: string, problem: string | null): Finding {
  const why = problem === null ? '' : ` (${problem})`;
  const words = `Azure has not told the versions of image "${image}" yet${why}, so Weir cannot say whether there is a version ${asked}.`;
  const nextStep = 'Look again in a few minutes: Weir asks Azure again by itself.';
  const evidence = [{ kind: 'reading' as const, part: 'images', freshness: 'unknown' as const, problem }];
  return finding('azureUnknown', words, { nextStep, evidence });
}

function wordsOf(fault: VersionFault): string {
  return fault.kind === 'notReplicated' ? copyWords(fault) : '';
}

function demandWords({ labels }: AdmissibleSet): string {
  return Object.entries(labels)
    .map(([name, value]) => `"${name} -equals ${value}"`)
    .join(', ');
}

function textOf(demand: Demand): string {
  if (demand.kind === 'exists') return demand.name;
  return `${demand.name} -${demand.kind} ${demand.value}`;
}
