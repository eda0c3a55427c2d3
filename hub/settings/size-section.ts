// How many machines there may be and how long they live: first of all the options that Azure DevOps' own pools have.
import type { FormSection } from './form-field.ts';

export const sizeSection: FormSection = {
  title: 'Size',
  about: 'How many machines there may be, and how long they live.',
  fields: [
    {
      path: 'maxCapacity',
      label: 'Maximum number of virtual machines in the scale set',
      help: 'Weir never asks for more, whatever the queue; machines that are being deleted count until they are gone.',
      ...{ unit: 'machines', control: 'number' },
    },
    {
      path: 'timeToLiveMinutes',
      label: 'Delay in minutes before deleting excess idle agents',
      help: 'An agent above the standby that has had no job for this long is deleted. The Economy preset may delete it sooner, never later.',
      ...{ unit: 'minutes', control: 'number' },
    },
    {
      path: 'recycleAfterEachUse',
      label: 'Automatically tear down virtual machines after every use',
      help: 'On: every job gets a fresh machine (a stateless pool). Off: the machine stays as the job left it and takes the next one (a stateful pool).',
      ...{ control: 'special', members: ['recycleAfterEachUse', 'profile'] },
    },
    {
      path: 'agentInteractiveUI',
      label: 'Configure VMs to run interactive tests (Windows only)',
      help: 'Agents run unelevated in a session that is logged on by itself, so that tests can use windows and the mouse.',
      control: 'flag',
    },
    {
      path: 'maxSavedNodeCount',
      label: 'Preserve machines that failed for investigation',
      help: 'At most this many machines are kept at a time, with their agent switched off: those that failed to start and, where you say so below, those of failed jobs. They count towards the maximum, of which one machine always stays free for jobs, and they cost.',
      ...{ unit: 'machines', control: 'number' },
    },
    {
      path: 'preserveAgentOnJobFailure',
      label: 'Preserve the machine of a job that failed, too',
      help: 'When a job fails, its machine is kept as the job left it, instead of being wiped, deleted or given the next job. Needs a number of machines above 0 in the field before.',
      control: 'flag',
    },
    {
      path: 'savedNodeHours',
      label: 'Delete a preserved machine after',
      help: 'Counts for machines that Weir kept by itself. One that a person keeps stays until somebody gives it back or deletes it. 0: Weir never deletes one by itself.',
      ...{ unit: 'hours', control: 'number' },
    },
    {
      path: 'sizing.preset',
      label: 'What to prefer',
      help: 'The machine-hours are those of our benchmark, against machines that exist only while a job needs them; your pool will differ.',
      control: 'special',
    },
  ],
};
