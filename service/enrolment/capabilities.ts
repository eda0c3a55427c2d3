// What an agent of Weir says about itself: the labels that are fixed for its generation, and the facts that the agent
// will send again when it connects.
import type { Capabilities } from '../domain/agent.ts';
import type { PoolSettings } from '../domain/pool.ts';
import { agentFolder } from './work-folder.ts';

/** For `.capabilities`. One image serves the pool, so its first alias is the image of every agent. */
export function agentCapabilities(settings: PoolSettings, workFolder: string): Capabilities {
  const image = settings.images[0];
  const alias = image?.aliases[0];
  const isExact = image !== undefined && image.version !== 'latest';
  return {
    ...(alias === undefined ? {} : { ImageOverride: alias }),
    ...(isExact ? { ImageVersionOverride: image.version } : {}),
    WorkFolder: workFolder,
  };
}

/** For the registration, so that demands match before the agent has connected for the first time. */
export function registrationCapabilities(
  settings: PoolSettings,
  fixed: Capabilities,
  agentName: string,
  version: string,
  computerName: string | null,
): Capabilities {
  return {
    ...fixed,
    'Agent.Name': agentName,
    'Agent.Version': version,
    'Agent.OS': settings.osType === 'windows' ? 'Windows_NT' : 'Linux',
    'Agent.OSArchitecture': 'X64',
    'Agent.HomeDirectory': agentFolder[settings.osType],
    ...(computerName === null ? {} : { 'Agent.ComputerName': computerName }),
  };
}
