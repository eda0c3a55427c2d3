// A small configuration as a person writes it, and what somebody is told of one that is refused.
import { UserProblem, UserProblems } from '../../service/problem.ts';

export const scaleSet = (name: string, subscription = '00000000-0000-0000-0000-000000000001') =>
  `/subscriptions/${subscription}/resourceGroups/g/providers/Microsoft.Compute/virtualMachineScaleSets/${name}`;

export const whole = `publicUrl: https://weir.example.com/
organizations:
  - url: https://dev.azure.com/fabrikam/
    identity: { kind: managedIdentity }
subscriptions:
  - id: 00000000-0000-0000-0000-000000000001
    identity: { kind: default }
pools:
  - name: linux
    poolId: 7
    scaleSet: ${scaleSet('a')}
`;

/** All problems with which `run` ends; none where it does not fail. */
export const problemsOf = async (run: () => Promise<unknown>): Promise<readonly UserProblem[]> => {
  try {
    await run();
  } catch (error) {
    if (error instanceof UserProblems) return error.problems;
    if (error instanceof UserProblem) return [error];
    throw error;
  }
  return [];
};
