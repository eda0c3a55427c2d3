// What somebody has chosen so far for a new pool, and what is still missing, step by step.
import type { ScaleSetChoice, StandingMachines } from '../../contract/azure-places.ts';
import type { Seed } from './adopt.ts';
import { isDocument, isSame, type Document } from '../settings/document.ts';
import { cleanedImages, imageFaults } from '../settings/image-check.ts';
import { newImage } from '../settings/images-editor.tsx';
import { faultOf, localFaults, type FieldFault } from '../settings/local-check.ts';
import { schemaAt } from '../settings/schema-at.ts';

export interface Draft {
  readonly subscription: string;
  readonly scaleSet: ScaleSetChoice | null;
  /** Resource id of the scale set that an adopted pool had; null: there is none. */
  readonly adopted: string | null;
  /** What stands in the scale set; null: not read yet. */
  readonly machines: StandingMachines['machines'] | null;
  /** The person agreed that these machines are deleted. */
  readonly isGivenUp: boolean;
  /** Through whose queue pipelines reach the pool. */
  readonly project: string;
  readonly settings: Document;
  /** In their order, as the settings have them. */
  readonly images: readonly Document[];
  /** Name of the resource group where the machines of several images live, as it is typed. */
  readonly laneGroup: string;
}

export const steps = ['subscription', 'scaleSet', 'settings', 'images', 'review'] as const;
export type StepId = (typeof steps)[number];

export const stepNames: Readonly<Record<StepId, string>> = {
  subscription: 'Subscription',
  scaleSet: 'Scale set',
  settings: 'Settings',
  images: 'Images',
  review: 'Review',
};

/** Of the form's fields, in their order. */
export const settingsPaths = [
  'maxCapacity',
  'desiredIdle',
  'timeToLiveMinutes',
  'recycleAfterEachUse',
  'sizing.preset',
];

export function emptyDraft(project: string | null): Draft {
  return {
    subscription: '',
    scaleSet: null,
    adopted: null,
    machines: null,
    isGivenUp: false,
    project: project ?? '',
    settings: {
      name: '',
      ...Object.fromEntries(
        ['maxCapacity', 'desiredIdle', 'timeToLiveMinutes', 'recycleAfterEachUse'].map((path) => [
          path,
          schemaAt(path).default,
        ]),
      ),
      sizing: { preset: 'balanced' },
    },
    images: [newImage],
    laneGroup: '',
  };
}

/** The scale set is chosen when its list has come, so that its state is looked at. */
export function seeded(draft: Draft, seed: Seed | null): Draft {
  if (seed === null) return draft;
  const { subscription, scaleSet, settings } = seed;
  return { ...draft, subscription, adopted: scaleSet, settings: { ...draft.settings, ...settings } };
}

/** Of the listed ones that which the adopted pool had, unless something is chosen or it cannot be; Azure ignores case in ids. */
export function preselected(draft: Draft, listed: readonly ScaleSetChoice[]): ScaleSetChoice | null {
  const { scaleSet, adopted } = draft;
  if (scaleSet !== null || adopted === null) return null;
  return listed.find((one) => one.id.toLowerCase() === adopted.toLowerCase() && one.refusal === null) ?? null;
}

/** Who agreed to the end of some machines has not agreed to that of others. */
export function changed(draft: Draft, change: Partial<Draft>): Draft {
  const { machines = draft.machines } = change;
  const isKnown = namesOf(machines) === namesOf(draft.machines);
  return { ...draft, ...(isKnown ? {} : { isGivenUp: false }), ...change };
}

function namesOf(machines: Draft['machines']): string {
  return (machines ?? [])
    .map((one) => one.vmId)
    .toSorted()
    .join(' ');
}

/** What keeps somebody from leaving the step; empty where nothing does. */
export function faultsOf(step: StepId, draft: Draft): readonly FieldFault[] {
  switch (step) {
    case 'subscription':
      return draft.subscription === '' ? [fault('subscription', 'Choose the subscription of the scale set.')] : [];
    case 'scaleSet':
      return scaleSetFaults(draft);
    case 'settings':
      return [
        ...nameFaults(draft.settings.name),
        ...projectFaults(draft),
        ...localFaults(draft.settings, settingsPaths),
      ];
    case 'images':
      return [...imageFaults(imagesOf(draft)), ...laneFaults(draft)];
    case 'review':
      return [];
  }
}

function scaleSetFaults({ scaleSet, machines, isGivenUp }: Draft): readonly FieldFault[] {
  if (scaleSet === null) return [fault('scaleSet', 'Choose a scale set, or make one.')];
  if (machines === null) return [fault('scaleSet', 'Wait until Azure has told what stands in the scale set.')];
  if (machines.length > 0 && !isGivenUp)
    return [fault('machines', 'Agree that these machines are deleted, or choose another scale set.')];
  return [];
}

function nameFaults(name: unknown): readonly FieldFault[] {
  const wrong = faultOf(schemaAt('name'), name);
  if (wrong !== null || name === '') return [fault('name', 'Write what people call the pool: 1 to 64 characters.')];
  return /[/\\?#]/.test(String(name)) || String(name).trim() !== name
    ? [fault('name', 'Leave out / \\ ? # and blanks at the ends.')]
    : [];
}

function projectFaults({ project }: Draft): readonly FieldFault[] {
  return project === '' ? [fault('project', 'Choose the project whose pipelines use the pool.')] : [];
}

function fault(field: string, nextStep: string): FieldFault {
  return { field, message: '', nextStep };
}

/** One that says nothing is none: the pool has the image of its scale set, which jobs do not name. */
export function imagesOf({ images }: Draft): readonly Document[] {
  const [only] = cleanedImages(images);
  return images.length === 1 && isSame(saidOf(only), saidOf(newImage)) ? [] : images;
}

/** A field that somebody emptied again is null, and says as little as one that was never touched. */
function saidOf(image: Document = {}): Document {
  return Object.fromEntries(Object.entries(image).filter(([, value]) => value !== null));
}

/** In the customer's own scale set all machines are the same: whatever differs from it needs a scale set that Weir makes. */
export function needsLanes(draft: Draft): boolean {
  const images = imagesOf(draft);
  return images.length > 1 || images.some(isApart);
}

function isApart({ source, version, size, osType }: Document): boolean {
  return isDocument(source) || version !== 'latest' || (size ?? null) !== null || (osType ?? null) !== null;
}

/** Resource id; null where no name of a group is written that could be one. */
export function laneGroupOf(draft: Draft): string | null {
  const name = draft.laneGroup.trim();
  const [, subscription] = /^\/subscriptions\/([^/]+)\//i.exec(draft.scaleSet?.id ?? '') ?? [];
  const isName = /^[-\w.()]{1,90}$/.test(name) && !name.endsWith('.');
  return needsLanes(draft) && isName && subscription !== undefined
    ? `/subscriptions/${subscription}/resourceGroups/${name}`
    : null;
}

function laneFaults(draft: Draft): readonly FieldFault[] {
  const name = draft.laneGroup.trim();
  if (!needsLanes(draft)) return [];
  if (laneGroupOf(draft) === null)
    return [fault('laneGroup', 'Write the name of a resource group that is only for Weir, such as weir-lanes.')];
  return name.toLowerCase() === draft.scaleSet?.resourceGroup.toLowerCase()
    ? [fault('laneGroup', 'This is the group of your own scale set. Take another one: Weir deletes scale sets there.')]
    : [];
}

/** Everything that the service gets to see. */
export function documentOf(draft: Draft, organization: string, poolId: number): Document {
  const images = cleanedImages(imagesOf(draft));
  const laneResourceGroup = laneGroupOf(draft);
  return {
    ...draft.settings,
    organization,
    poolId,
    scaleSet: draft.scaleSet?.id ?? '',
    osType: draft.scaleSet?.osType ?? 'linux',
    ...(images.length === 0 ? {} : { images }),
    ...(laneResourceGroup === null ? {} : { laneResourceGroup }),
  };
}
