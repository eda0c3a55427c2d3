// How far a node is on its way out: the steps of the protocol in which nothing is destroyed before no job can reach it.
import type { NodeOperation } from '../../contract/nodes.ts';
import { spanWords, between, exactWords } from '../time.ts';
import { ownWords } from './own-words.ts';

const stepsOf = (isReimage: boolean): readonly { readonly phases: readonly string[]; readonly words: string }[] => [
  { phases: ['intended'], words: 'Recorded' },
  { phases: ['cordoning'], words: 'Agent disabled: it gets no new job' },
  { phases: ['draining'], words: 'Running job finishes' },
  { phases: ['settling'], words: 'Checked twice that no job is assigned (30 s apart)' },
  { phases: ['deregistering'], words: 'Agent unregistered (Azure DevOps refuses while it is busy)' },
  { phases: ['deregistered'], words: `${isReimage ? 'Reimage' : 'Deletion'} requested from Azure` },
  { phases: ['requested'], words: `Azure ${isReimage ? 'reimages' : 'deletes'} the machine` },
];

interface NodeReclaimProps {
  readonly operation: NodeOperation;
  /** Of the node. */
  readonly name: string;
  readonly now: string;
}

export function NodeReclaim({ operation, name, now }: NodeReclaimProps) {
  const isReimage = operation.kind === 'reimage';
  const steps = stepsOf(isReimage);
  const reached = steps.findIndex((one) => one.phases.includes(operation.phase));
  return (
    <>
      <h3 className="title-xs">{isReimage ? 'Being reimaged' : 'Being deleted'}</h3>
      <p title={exactWords(operation.startedAt)}>
        {ownWords(operation.words, name)} {`Begun ${spanWords(between(operation.startedAt, now))} ago.`}
      </p>
      <ol className="weir-way-out">
        {steps.map(({ words }, index) => (
          <li
            key={words}
            className={index < reached ? 'weir-step-done' : index === reached ? 'weir-step-now' : 'weir-secondary'}
            aria-current={index === reached ? 'step' : undefined}
            title={index === reached ? `Since ${exactWords(operation.phaseSince)}` : undefined}
          >
            {words}
            {index === reached ? `, for ${spanWords(between(operation.phaseSince, now))}` : ''}
          </li>
        ))}
      </ol>
      {operation.problem === null ? null : <p className="weir-fault">{ownWords(operation.problem, name)}</p>}
    </>
  );
}
