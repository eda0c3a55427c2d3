// The agent's package as Azure DevOps names it: nothing of it reaches a machine that is not plain.
import { UserProblem } from '../problem.ts';
import type { AgentPackage } from '../ports.ts';

/** Throws `UserProblem` AGENT_PACKAGE. */
export function checkedPackage(agentPackage: AgentPackage): AgentPackage {
  const isNamed = /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(agentPackage.fileName);
  // The handler stores the package under the last part of its address, and the script looks for it by its name.
  const isAt =
    URL.canParse(agentPackage.downloadUrl) &&
    new URL(agentPackage.downloadUrl).pathname.endsWith(`/${agentPackage.fileName}`);
  if (isNamed && isAt && /^[0-9a-f]{64}$/i.test(agentPackage.sha256)) return agentPackage;
  throw packageProblem(agentPackage);
}

export function packageProblem({ fileName, version }: AgentPackage): UserProblem {
  return new UserProblem('AGENT_PACKAGE', `Azure DevOps named an agent package that cannot be used: ${fileName}.`, {
    field: 'agentVersion',
    value: version,
    nextStep: 'Set agentVersion to an exact version such as 5.278.0.',
  });
}
