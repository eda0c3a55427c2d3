// Agent versions appear every few weeks and passes come every few seconds, so what Azure DevOps said of a package is kept a while:
// also that it has none, which is so for as long as the settings name a version that is not there.
import type { AgentPackage, AzureDevOpsPort, Clock } from './ports.ts';
import { CloudError } from './problem.ts';
import { steadyNow } from './steady.ts';

export interface WantedPackage {
  readonly organization: string;
  readonly platform: 'linux-x64' | 'win-x64';
  /** `latest` or an exact version. */
  readonly version: string;
}

interface Kept {
  /** By `steadyNow`. */
  readonly readAt: number;
  readonly answer: AgentPackage | CloudError;
}

const keptMilliseconds = 10 * 60_000;

export type ReadPackage = (wanted: WantedPackage) => Promise<AgentPackage>;

/** Throws what Azure DevOps answered; an answer that it has no such package, again without asking. */
export function keptPackages(
  clock: Pick<Clock, 'now' | 'elapsed'>,
  azureDevOpsFor: (organization: string) => Pick<AzureDevOpsPort, 'readAgentPackage'>,
): ReadPackage {
  const shelf = new Map<string, Kept>();
  return async ({ organization, platform, version }) => {
    const key = `${organization} ${platform} ${version}`;
    const known = shelf.get(key);
    const isKept = known !== undefined && steadyNow(clock) - known.readAt < keptMilliseconds;
    const answer = isKept ? known.answer : await asked(azureDevOpsFor(organization), platform, version);
    if (!isKept) shelf.set(key, { readAt: steadyNow(clock), answer });
    if (answer instanceof CloudError) throw answer;
    return answer;
  };
}

async function asked(
  azureDevOps: Pick<AzureDevOpsPort, 'readAgentPackage'>,
  platform: WantedPackage['platform'],
  version: string,
): Promise<Kept['answer']> {
  try {
    return await azureDevOps.readAgentPackage(platform, version);
  } catch (error) {
    if (error instanceof CloudError && error.kind === 'notFound') return error;
    throw error;
  }
}
