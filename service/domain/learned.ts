// What the first real agents of an image showed: the tools and facts that every machine of the image has, so that its
// placeholders can promise them. What is only true of one machine is left out.
import type { Capabilities } from './agent.ts';
import { equalsIgnoringCase } from './demand.ts';

export interface LearnedCapabilities {
  /** First alias of the image; empty where the pool declares none. */
  readonly image: string;
  readonly version: string | null;
  readonly agentVersion: string;
  readonly at: number;
  /** Without labels and without what is only one machine's. */
  readonly capabilities: Capabilities;
  /** Where the agents of this image work unless a job asks for another folder; null where that was not seen. */
  readonly workFolder: string | null;
}

/** The names of the labels in the order in which people read them. */
export const labelNames = [
  'ImageOverride',
  'ImageVersionOverride',
  'Priority',
  'WorkFolder',
  'CustomCapabilities',
] as const;
export type LabelName = (typeof labelNames)[number];

export function isLabel(name: string): boolean {
  return labelNames.some((label) => equalsIgnoringCase(label, name));
}

const longestValue = 1024;

/** Names that a machine, a session or a process has of its own; the agent sends its whole environment. */
const ofOneMachine = new Set(
  [
    ...['Agent.Name', 'Agent.ComputerName', 'Agent.Version', 'Weir.Generation', 'Weir.Placeholder'],
    'Weir.WorkFolderUnusable',
    ...['COMPUTERNAME', 'HOSTNAME', 'INVOCATION_ID', 'JOURNAL_STREAM', 'SYSTEMD_EXEC_PID', 'LOGONSERVER'],
    ...['USERDOMAIN', 'USERDOMAIN_ROAMINGPROFILE', 'SESSIONNAME', 'PWD', 'OLDPWD', 'MAINPID', 'MANAGERPID'],
  ].map((name) => name.toLowerCase()),
);

export function sharedCapabilities(system: Capabilities): Capabilities {
  return Object.fromEntries(
    Object.entries(system).filter(
      ([name, value]) => !ofOneMachine.has(name.toLowerCase()) && !isLabel(name) && value.length <= longestValue,
    ),
  );
}

/** The newest of exactly this version, else the newest of the image; null where none of its agents was seen. */
export function learnedOf(
  learned: readonly LearnedCapabilities[],
  image: string,
  version: string | null,
): LearnedCapabilities | null {
  const ofImage = learned.filter((one) => equalsIgnoringCase(one.image, image));
  const exact = ofImage.filter((one) => one.version === version);
  return (exact.length > 0 ? exact : ofImage).reduce<LearnedCapabilities | null>(
    (newest, one) => (newest === null || one.at > newest.at ? one : newest),
    null,
  );
}
