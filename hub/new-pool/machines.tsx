// Machines that stand in the scale set: Weir did not make them, so it takes the scale set only when somebody gives them up.
import { useId } from 'react';
import type { StandingMachines } from '../../contract/azure-places.ts';
import { DataTable } from '../data-table.tsx';
import { Name } from '../name.tsx';
import { FaultLines } from '../problem-words.tsx';
import { faultsAt } from '../settings/local-check.ts';
import { exactWords } from '../time.ts';
import type { StepProps } from './step-props.ts';

type Machine = StandingMachines['machines'][number];

/** Of Azure's provisioning states; another is told as Azure names it. */
const stateWords: Readonly<Record<string, string>> = {
  creating: 'being created',
  updating: 'being changed',
  succeeded: 'ready',
  failed: 'failed to start',
  deleting: 'being deleted',
};

export function Machines({ machines, draft, faults, onChange }: StepProps & { readonly machines: readonly Machine[] }) {
  const id = useId();
  if (machines.length === 0) return <p>No machine stands in it.</p>;
  const many = machines.length === 1 ? 'This machine' : `These ${machines.length} machines`;
  return (
    <>
      <p className="weir-strong">
        {many} stood in the scale set before Weir. A pool can only be made when{' '}
        {machines.length === 1 ? 'it goes' : 'they go'}: Weir deletes only{' '}
        {machines.length === 1 ? 'this machine' : 'these machines'}.
      </p>
      <DataTable
        label="Machines in the scale set"
        columns={[
          { title: 'Machine', className: 'weir-wide', render: (one: Machine) => <Name>{one.name}</Name> },
          {
            title: 'State',
            className: 'weir-agent',
            render: (one: Machine) => stateWords[one.state.toLowerCase()] ?? one.state,
          },
          {
            title: 'Since',
            className: 'weir-time',
            render: (one: Machine) => (one.createdAt === null ? 'not known' : exactWords(one.createdAt)),
          },
        ]}
        rows={machines}
        keyOf={(one) => one.vmId}
      />
      <div data-field="machines">
        <label className="weir-check" htmlFor={id}>
          <input
            id={id}
            type="checkbox"
            aria-describedby={`${id}fault`}
            checked={draft.isGivenUp}
            onChange={({ target }) => onChange({ isGivenUp: target.checked })}
          />
          Delete {machines.length === 1 ? 'this machine' : `these ${machines.length} machines`} with everything on{' '}
          {machines.length === 1 ? 'it' : 'them'}
        </label>
        <FaultLines id={`${id}fault`} faults={faultsAt(faults, 'machines')} />
      </div>
    </>
  );
}
