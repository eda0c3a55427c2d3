// A scale set that cannot be looked at has one finding, which says why and what to do.
import { ownSetRole } from '../domain/azure-roles.ts';
import { commandLine, partsOfId } from '../domain/set-commands.ts';
import { toSetCheck, type SetCheck } from '../domain/set-finding.ts';

export function unreachable(scaleSetId: string, kind: string, problem: string): readonly SetCheck[] {
  const { group, name } = partsOfId(scaleSetId);
  const list = commandLine(['az', 'vmss', 'list', '--query', '[].id', '--output', 'tsv']);
  if (kind === 'notFound') {
    return [
      toSetCheck('exists', 'Scale set', {
        status: 'error',
        words: `There is no scale set ${name} in the resource group ${group}: it was deleted, renamed or moved. Its pool gets no machines.`,
        fix: {
          words:
            'Delete the pool before its scale set. Now make the scale set again under the same name, or delete the pool and make another.',
          commands: list,
          mend: null,
        },
      }),
    ];
  }
  return [
    toSetCheck('readable', 'Access to the scale set', {
      status: 'error',
      words:
        kind === 'invalid'
          ? 'This is not the resource id of a scale set.'
          : `Azure does not let Weir read ${name}: ${problem}`,
      fix: {
        words:
          kind === 'invalid'
            ? 'Copy the resource id from the properties of the scale set.'
            : `Give Weir the role "${ownSetRole.name}" at the scale set; see Permissions below.`,
        commands: kind === 'invalid' ? list : null,
        mend: null,
      },
    }),
  ];
}
