// What most pools leave as it is.
import type { FormSection } from './form-field.ts';

export const advancedSection: FormSection = {
  title: 'Advanced',
  about: 'What most pools leave as it is.',
  fields: [
    {
      path: 'paused',
      label: 'Pause the pool',
      help: 'Weir watches and changes nothing: no machine comes, none goes.',
      control: 'flag',
    },
    {
      path: 'osType',
      label: 'Operating system of the machines',
      help: 'An image may say otherwise for its own machines. The script for Windows has not run on a real machine yet.',
      control: 'choice',
      names: { linux: 'Linux', windows: 'Windows' },
    },
    {
      path: 'agentVersion',
      label: 'Version of the agent',
      help: '"latest", or an exact version such as 4.255.0. A share of the new machines tries another one first. One that failed is tried again once you name it here.',
      control: 'text',
    },
    {
      path: 'workFolder',
      label: 'Work folder of the agents',
      help: "Empty: the image's own, else the default. Such as /mnt/work, or D:\\work on Windows.",
      control: 'text',
    },
    {
      path: 'sizing.policy',
      label: 'How the pool is sized',
      help: "At every event, or in samples as Azure DevOps' own scale set pools are.",
      control: 'choice',
      names: { eventDriven: 'At every event', sampled: 'In samples' },
    },
    {
      path: 'sizing.sampleMinutes',
      label: 'Between two samples',
      help: 'Only in samples.',
      ...{ unit: 'minutes', control: 'number' },
    },
    {
      path: 'sizing.incrementPercent',
      label: 'Growth in one step',
      help: 'Only in samples: of the maximum.',
      ...{ unit: '%', control: 'number' },
    },
    {
      path: 'sizing.stepMinutes',
      label: 'Longest time of one step',
      help: 'Only in samples.',
      ...{ unit: 'minutes', control: 'number' },
    },
    {
      path: 'maxLanes',
      label: 'Most scale sets at a time',
      help: 'Each image version in use has a scale set of its own.',
      ...{ unit: 'scale sets', control: 'number' },
    },
    {
      path: 'rollout.requireValidated',
      label: 'Pin validated versions only',
      help: 'A version without a passed validation is pinned only by somebody who gives a reason.',
      control: 'flag',
    },
    {
      path: 'rollout.canaryPercent',
      label: 'Share that tries a new version first',
      help: 'Of the new machines.',
      ...{ unit: '%', control: 'number' },
    },
    {
      path: 'rollout.canaryBoots',
      label: 'Machines that must come up before all follow',
      help: 'They must come online with the new version.',
      ...{ unit: 'machines', control: 'number' },
    },
    {
      path: 'rollout.failurePercent',
      label: 'Failures that bring the old version back',
      help: 'More boots than this that fail end the rollout.',
      ...{ unit: '%', control: 'number' },
    },
    {
      path: 'rollout.oldImageDays',
      label: 'Age of a version that raises an alarm',
      help: '0: never.',
      ...{ unit: 'days', control: 'number' },
    },
    {
      path: 'rollout.probeScript',
      label: 'Script of a validation',
      help: 'Runs on each trial machine; exit code 0 passes. Empty: none.',
      control: 'script',
    },
    {
      path: 'disruption.maxPercent',
      label: 'Machines that may go at a time',
      help: 'For a new version, or at the end of their life. Machines that are broken or idle for too long are not meant.',
      ...{ unit: '%', control: 'number' },
    },
    {
      path: 'disruption.blocked',
      label: 'Hours in which no machine goes by choice',
      help: 'Such as the working day: machines of an old version stay until it is over.',
      control: 'special',
    },
    {
      path: 'demands.matching',
      label: 'When Azure DevOps matches a waiting job',
      help: 'Leave it unless jobs stay queued although an agent fits them.',
      control: 'choice',
      names: { live: 'Again whenever an agent changes', atQueueTime: 'Only when it is queued' },
    },
  ],
};
