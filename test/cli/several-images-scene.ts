// A pool of two images, as `weir decide` and `weir explain` read it.
import { galleryImage, galleryVersion, scaleSet, type Decided, type Machine } from './wire-picture.ts';

export const images = [
  { aliases: ['ubuntu-22.04', 'my linux'], source: { id: galleryImage('ubuntu') } },
  { aliases: ['windows-2022'], source: { id: galleryImage('windows') }, osType: 'windows' },
];

export const versions = [
  {
    id: galleryImage('ubuntu'),
    versions: [
      ...['1.0.0', '1.10.0', '1.9.0'].map((name) => galleryVersion(name, { state: 'Completed' })),
      galleryVersion('2.0.0', { state: 'Completed', excluded: true }),
      galleryVersion('3.0.0', { state: 'Replicating', provisioning: 'Creating', copy: { progress: 40 } }),
      galleryVersion('0.5.0', { state: 'Replicating' }),
      galleryVersion('2.5.0', { state: 'Failed', provisioning: 'Failed', copy: { details: 'No room.' } }),
    ],
  },
  { id: galleryImage('windows'), versions: [galleryVersion('5.0.0')] },
];

export const linuxSet = (machines: readonly Machine[] = [], more: object = {}) =>
  scaleSet('agents', { id: galleryImage('ubuntu') }, machines, more);

export const windowsSet = (machines: readonly Machine[] = []) =>
  scaleSet('win', { id: galleryImage('windows') }, machines);

export const linux = (number: number, agent: object = {}): Machine => ({
  ...{ set: 'agents', number, agent, capabilities: { ImageOverride: 'ubuntu-22.04', 'Agent.OS': 'Linux' } },
});

export const forWindows = ['ImageOverride -equals windows-2022'];

export const pool = (
  settings: object,
  jobRequests: readonly object[],
  scaleSets: readonly object[],
  agents: object[] = [],
) => ({
  ...{ settings: { images, timeToLiveMinutes: 60, ...settings }, images: versions, jobRequests, scaleSets, agents },
});

export const asked = ({ decisions }: Decided) =>
  decisions.filter(({ kind }) => kind === 'scaleOut').map(({ scaleSet: name = '', from, to }) => [name, from, to]);

export const kinds = ({ decisions }: Decided) => decisions.map(({ kind, reason }) => `${kind} ${reason.code}`);
