// What an agent of Weir says about itself: the labels that are fixed for its generation, and the facts that the agent
// will send again when it connects.
import type { Capabilities } from '../domain/agent.ts';
import type { OsType } from '../domain/instance.ts';
import type { Generation } from '../domain/observation.ts';
import type { PoolSettings } from '../domain/pool.ts';
import { agentFolder } from './work-folder.ts';

/** For `.capabilities`: what the machine's lane is made for; a machine of the customer's own set is of the first image. */
export function agentCapabilities(
  settings: Pick<PoolSettings, 'images'>,
  made: Pick<Generation, 'image' | 'version' | 'alias'>,
  workFolder: string,
): Capabilities {
  const [image, version] = made.image == null ? ownSet(settings) : [made.image, made.version ?? null];
  const alias = made.alias ?? image;
  return {
    ...(alias === null || alias === '' ? {} : { ImageOverride: alias }),
    ...(version === null ? {} : { ImageVersionOverride: version }),
    WorkFolder: workFolder,
  };
}

function ownSet({ images }: Pick<PoolSettings, 'images'>): readonly [image: string | null, version: string | null] {
  const [first] = images;
  const isExact = first !== undefined && first.version !== 'latest';
  return [first?.aliases[0] ?? null, isExact ? first.version : null];
}

/** For the registration, so that demands match before the agent has connected for the first time. */
export function registrationCapabilities(
  osType: OsType,
  fixed: Capabilities,
  agentName: string,
  version: string,
  computerName: string | null,
): Capabilities {
  return {
    ...fixed,
    'Agent.Name': agentName,
    'Agent.Version': version,
    'Agent.OS': osType === 'windows' ? 'Windows_NT' : 'Linux',
    'Agent.OSArchitecture': 'X64',
    'Agent.HomeDirectory': agentFolder[osType],
    ...(computerName === null ? {} : { 'Agent.ComputerName': computerName }),
  };
}
