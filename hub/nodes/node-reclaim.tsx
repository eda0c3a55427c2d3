// How far a node is on its way out: the steps of the protocol in which nothing is destroyed before no job can reach it.
import type { NodeOperation } from '../../contract/nodes.ts';
import { spanWords, between, exactWords } from '../time.ts';

const steps: readonly { readonly phases: readonly string[]; readonly words: string }[] = [
  { phases: ['intended'], words: 'Written down' },
  { phases: ['cordoning'], words: 'Its agent is disabled: no new job comes' },
  { phases: ['draining'], words: 'Its job runs to the end' },
  { phases: ['settling'], words: 'Looked at twice, 30 seconds apart' },
  { phases: ['deregistering'], words: 'Its registration is removed; Azure DevOps would refuse that for a busy agent' },
  { phases: ['deregistered'], words: 'Azure is asked' },
  { phases: ['requested'], words: 'Azure does it' },
];

export function NodeReclaim({ operation, now }: { readonly operation: NodeOperation; readonly now: string }) {
  const reached = steps.findIndex((one) => one.phases.includes(operation.phase));
  return (
    <>
      <h3 className="title-xs">{operation.kind === 'reimage' ? 'Being reimaged' : 'Being deleted'}</h3>
      <p title={exactWords(operation.startedAt)}>
        {operation.words} {`Begun ${spanWords(between(operation.startedAt, now))} ago.`}
      </p>
      <ol className="weir-way-out">
        {steps.map(({ words }, index) => (
          <li
            key={words}
            className={index < reached ? 'weir-step-done' : index === reached ? 'weir-step-now' : 'weir-secondary'}
            aria-current={index === reached ? 'step' : undefined}
          >
            {words}
            {index === reached ? `, for ${spanWords(between(operation.phaseSince, now))}` : ''}
          </li>
        ))}
      </ol>
      {operation.problem === null ? null : <p className="weir-fault">{operation.problem}</p>}
    </>
  );
}
