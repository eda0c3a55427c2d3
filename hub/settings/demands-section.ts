// What jobs may ask for, and in which order they are served.
import type { FormSection } from './form-field.ts';

export const demandsSection: FormSection = {
  title: 'Demands and priority',
  about: 'What jobs may ask for, and in which order they are served.',
  fields: [
    {
      path: 'demands.workFolders',
      label: 'Work folders',
      help: 'Values that the demand WorkFolder may have, one in a line.',
      control: 'lines',
    },
    {
      path: 'demands.customCapabilities',
      label: 'Custom capabilities',
      help: 'Values that the demand CustomCapabilities may have, one in a line. Only stateful pools can serve them.',
      control: 'lines',
    },
    {
      path: 'demands.versionOverride',
      label: 'Image versions that a job may ask for',
      help: 'With the demand ImageVersionOverride.',
      control: 'choice',
      names: {
        validated: 'Configured, pinned, newest and validated ones',
        any: 'Any version of the image',
        none: 'None',
      },
    },
    {
      path: 'demands.newVersionsPerDay',
      label: 'New image versions a day',
      help: 'This many versions that nobody has used before may be brought in by jobs within 24 hours.',
      ...{ unit: 'versions', control: 'number' },
    },
    {
      path: 'demands.discovery',
      label: 'Read the demands of pipelines',
      help: 'Weir reads the final YAML of the pipelines that may use the pool, so that a job with a new demand waits instead of failing. It needs an identity that may read pipelines.',
      control: 'flag',
    },
    {
      path: 'demands.tagWaitMinutes',
      label: 'Wait for the agent with the tag',
      help: 'How long a job waits for the busy agent that carries its custom capability before another one is taken.',
      ...{ unit: 'minutes', control: 'number' },
    },
    {
      path: 'priority.batchSeconds',
      label: 'Jobs that count as queued together',
      help: 'Jobs that come this close together are ordered by their Priority demand.',
      ...{ unit: 'seconds', control: 'number' },
    },
    {
      path: 'priority.agingMinutes',
      label: 'A wait that raises the priority',
      help: 'After this wait a job counts as one priority higher, so that none waits for ever.',
      ...{ unit: 'minutes', control: 'number' },
    },
  ],
};
