// The settings page from top to bottom. Names of the options that Azure DevOps' own scale set pools have are theirs; bounds,
// choices and defaults come from the contract.
import { advancedSection } from './advanced-section.ts';
import { demandsSection } from './demands-section.ts';
import type { Field, FormSection } from './form-field.ts';
import { sizeSection } from './size-section.ts';

export const sections: readonly FormSection[] = [
  sizeSection,
  {
    title: 'Standby and schedule',
    about: 'Agents that are ready before a job comes.',
    fields: [
      {
        path: 'desiredIdle',
        label: 'Number of agents to keep on standby',
        help: 'This many idle agents are kept ready. With 0 a machine is started only when a job waits. A schedule takes the place of this number.',
        ...{ unit: 'agents', control: 'number' },
      },
      {
        path: 'schedule',
        label: 'Standby by the clock',
        help: 'A week of standby, such as many in the morning and none at night.',
        control: 'special',
      },
    ],
  },
  {
    title: 'Images',
    about: 'What the machines are made of. The first image serves jobs that name none.',
    fields: [
      {
        path: 'images',
        label: 'Images',
        help: 'A job names one with the demand ImageOverride. Several images need a resource group for Weir: it is named when the pool is made, or in the configuration file.',
        control: 'special',
      },
    ],
  },
  demandsSection,
  {
    title: 'Budget',
    about: 'A limit for the month.',
    fields: [
      {
        path: 'budget.monthlyVmHours',
        label: 'Machine-hours in a month',
        help: 'Empty: no limit. Once they are used no machine is started or wiped for another job until the month ends (UTC); jobs that run are left to end.',
        ...{ unit: 'hours', control: 'amount', members: ['budget'] },
      },
    ],
  },
  advancedSection,
];

export const fields: readonly Field[] = sections.flatMap((section) => section.fields);

/** Fields that hold one value, which the page can check by itself. */
export const checkedPaths: readonly string[] = fields
  .filter(({ control }) => control !== 'special' && control !== 'lines')
  .map(({ path }) => path)
  .concat('profile.maxAgentLifetimeHours', 'profile.gracePeriodMinutes');

/** Whose pool it is and whose machines: shown, and changed in the configuration file alone. */
export const fixedFacts = [
  ['organization', 'Organization'],
  ['poolId', 'Number of the agent pool'],
  ['scaleSet', 'Scale set'],
  ['laneResourceGroup', 'Resource group of further scale sets'],
] as const;
