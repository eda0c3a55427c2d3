// What stands between a waiting job and the machines that its image and version mean: a version that there is not, that is
// not where the pool is, or that no job may choose.
import { parseDemand, type Demand } from './demand.ts';
import { shorten } from './demand-faults.ts';
import { targetOf, type ImageCatalog, type OfferedImage } from './image-catalog.ts';
import { isComing, versionFault, type VersionFault } from './image-version.ts';
import { sortByNearness } from './nearest.ts';
import type { PoolSettings } from './pool.ts';
import { finding, type Evidence, type Finding } from './verdict.ts';
import { copyStep, copyWords, type NotReplicated } from './version-copy.ts';

/** Null where machines of it may be made. Demands that do not parse and unknown aliases have verdicts of their own. */
export function versionVerdict(
  texts: readonly string[],
  catalog: ImageCatalog,
  settings: PoolSettings,
): Finding | null {
  const demands = texts.map(parseDemand).filter((demand): demand is Demand => demand.kind !== 'fault');
  const asked = askedVersion(demands);
  if (catalog.isOwnSet) return asked === null ? null : onOwnSet(asked, catalog);
  const meant = targetOf(demands, catalog);
  const image = meant === null ? undefined : catalog.images[meant.target.image];
  if (meant === null || image === undefined || meant.fault === null) return null;
  return findingOf(meant.fault, { image, asked, version: asked ?? meant.target.version, settings });
}

interface Asked {
  readonly image: OfferedImage;
  /** By the job; null where the settings or `latest` say it. */
  readonly asked: string | null;
  readonly version: string | null;
  readonly settings: PoolSettings;
}

function findingOf(fault: VersionFault, about: Asked): Finding {
  switch (fault.kind) {
    case 'missing':
      return missing(about, fault.available);
    case 'notReplicated':
      return notReplicated(about, fault);
    case 'notAllowed':
      return notAllowed(about, fault.allowed);
    case 'noVersions': {
      const words = `${nameOf(about)} is one machine image without versions, so no job can choose one.`;
      return finding('versionNotAllowed', words, { nextStep: removeIt, evidence: evidenceOf(about, []) });
    }
    case 'unread': {
      const why = fault.problem === null ? '' : ` (${fault.problem})`;
      const words = `Azure has not told the versions of ${nameOf(about)} yet, so Weir waits rather than guess${why}.`;
      const reading = { kind: 'reading' as const, part: 'images', freshness: 'unknown', problem: fault.problem };
      return finding('azureUnknown', words, { evidence: [reading] });
    }
  }
}

const removeIt = 'Remove the demand ImageVersionOverride from the job.';

/** Row D27: the answer names versions that could be used, and never the one that is missing. */
function missing(about: Asked, available: readonly string[]): Finding {
  const { asked, version, settings } = about;
  const list = available.length === 0 ? 'It has no version that could be used' : `The last ${lastOf(available)}`;
  const evidence = evidenceOf(about, available);
  if (asked !== null) {
    const nearest = sortByNearness(asked, available)[0];
    const nextStep =
      nearest === undefined ? removeIt : `Write "ImageVersionOverride -equals ${nearest}", or remove the demand.`;
    const words = `${nameOf(about)} has no version ${asked}. ${list}.`;
    return finding('versionUnknown', words, { nextStep, evidence });
  }
  const words =
    version === null
      ? `${nameOf(about)} has no version that "latest" could stand for: none is whole, in the pool's region, alive and not excluded.`
      : `The settings pin version ${version} of ${lowered(about)}, which does not exist. ${list}.`;
  const nextStep = `${version === null ? 'Publish a version of the image' : 'Pin another version'}, or write another source, in the settings of pool ${settings.name}.`;
  return finding('versionUnknown', words, { nextStep, evidence });
}

function notReplicated(about: Asked, fault: NotReplicated): Finding {
  const { state, available, progress } = fault;
  const which = about.version === null ? 'The newest version' : `Version ${about.version}`;
  const passes = isComing(fault);
  const words = `${which} of ${lowered(about)} ${copyWords(fault)}${passes ? '; the job starts when it is there' : ''}.`;
  const other = available[0];
  const instead = other === undefined ? '' : `, or use version ${other}, which is there`;
  return finding('versionNotReplicated', words, {
    nextStep: `${copyStep(fault)}${instead}.`,
    resolvesItself: passes,
    evidence: evidenceOf(about, available, progress === undefined ? state : `${state}, ${progress} %`),
  });
}

function notAllowed(about: Asked, allowed: readonly string[]): Finding {
  const { asked, settings } = about;
  const evidence = evidenceOf(about, allowed);
  const nearest = sortByNearness(asked ?? '', allowed)[0];
  if (settings.demands.versionOverride === 'none') {
    const words = `The pool lets no job choose the version of its image (demands.versionOverride is none), and this one asks for ${asked ?? ''} of ${lowered(about)}.`;
    return finding('versionNotAllowed', words, {
      nextStep: `${removeIt.slice(0, -1)}, or change the policy.`,
      evidence,
    });
  }
  const known = allowed.length === 0 ? 'none is known' : allowed.slice(0, 5).join(', ');
  const words = `Version ${asked ?? ''} of ${lowered(about)} is not one that jobs may ask for: only the configured, pinned, newest and validated ones (${known}).`;
  const instead = nearest === undefined ? removeIt.slice(0, -1) : `Use version ${nearest}`;
  const nextStep = `${instead}, or validate ${asked ?? 'it'}, or set "Image versions that a job may ask for" (demands.versionOverride) to any.`;
  return finding('versionNotAllowed', words, { nextStep, evidence });
}

/** The customer's own set makes what its model says; a version of its own would be another scale set. */
function onOwnSet(asked: string, catalog: ImageCatalog): Finding | null {
  const image = catalog.images[0];
  if (image === undefined) return null;
  const fault = versionFault(asked, image.rules);
  const words = `This pool makes machines of its scale set as it is, so no job can choose version ${asked}.`;
  const gone =
    fault?.kind === 'missing' ? ` There is no such version either; the last ${lastOf(fault.available)}.` : '';
  const nextStep = `${removeIt.slice(0, -1)}, or declare the image with its source and laneResourceGroup of the pool in weir.yaml.`;
  const verdict = fault?.kind === 'missing' ? 'versionUnknown' : 'versionNotAllowed';
  const available = fault?.kind === 'missing' ? fault.available : [];
  const evidence: Evidence = { kind: 'versions', image: image.alias, asked, available, state: null };
  return finding(verdict, `${words}${gone}`, { nextStep, evidence: [evidence] });
}

function lastOf(available: readonly string[]): string {
  if (available.length === 0) return 'versions are not known';
  if (available.length === 1) return `available version is ${available.join('')}`;
  return `${available.length} available versions are ${available.join(', ')}`;
}

function nameOf({ image }: Pick<Asked, 'image'>): string {
  return image.alias === '' ? 'The image of the scale set' : `Image "${shorten(image.alias)}"`;
}

/** The alias keeps its letters: people search for it. */
function lowered(about: Pick<Asked, 'image'>): string {
  const name = nameOf(about);
  return `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
}

function evidenceOf(
  { image, asked }: Asked,
  available: readonly string[],
  state: string | null = null,
): readonly Evidence[] {
  return [{ kind: 'versions', image: image.alias, asked: asked === null ? null : shorten(asked), available, state }];
}

function askedVersion(demands: readonly Demand[]): string | null {
  const found = demands.find(
    (demand) => demand.kind === 'equals' && demand.name.toLowerCase() === 'imageversionoverride',
  );
  return found?.kind === 'equals' ? found.value : null;
}
