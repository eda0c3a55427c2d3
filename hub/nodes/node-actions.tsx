// What people may do with a node. Each asks once more, says what will happen, and leaves the rest to the next pass.
import { useId, useState } from 'react';
import { Button } from 'azure-devops-ui/Button';
import type { NodeView } from '../../contract/api.ts';
import type { NodeAction } from '../../contract/nodes.ts';
import { ProblemWords } from '../problem-words.tsx';
import { toProblem, type HubProblem } from '../problem.ts';
import type { HubClient } from '../service.ts';
import { useTakenFocus } from '../taken-focus.ts';

interface NodeActionsProps {
  readonly client: HubClient;
  readonly pool: string;
  readonly node: NodeView;
}

interface Deed {
  readonly action: NodeAction;
  readonly name: string;
  readonly doIt: string;
}

const deeds: readonly Deed[] = [
  { action: 'drain', name: 'Finish job, then delete', doIt: 'Delete after its job' },
  { action: 'delete', name: 'Delete', doIt: 'Delete this node' },
  { action: 'save', name: 'Keep for investigation', doIt: 'Keep this node' },
  { action: 'release', name: 'Give back to the pool', doIt: 'Give this node back' },
  { action: 'reimage', name: 'Wipe (reimage)', doIt: 'Wipe this node' },
];

/** A kept one is given back, and any other is kept. */
function deedsFor({ isSaved }: NodeView): readonly Deed[] {
  return deeds.filter(({ action }) => action !== (isSaved === true ? 'save' : 'release'));
}

export function NodeActions({ client, pool, node }: NodeActionsProps) {
  const id = useId();
  const [chosen, setChosen] = useState<NodeAction | null>(null);
  const [said, setSaid] = useState<string | null>(null);
  const actions = deedsFor(node);
  return (
    <>
      <div className="weir-filters" role="group" aria-label="What to do with the node">
        {actions.map(({ action, name }) => (
          <Button
            key={action}
            text={name}
            {...(action === 'delete' ? { danger: true } : chosen === action ? { primary: true } : {})}
            disabled={whyNot(action, node) !== null}
            ariaDescribedBy={`${id}-${action}`}
            onClick={() => {
              setSaid(null);
              setChosen(action);
            }}
          />
        ))}
      </div>
      <ul className="weir-plain weir-secondary">
        {actions.map(({ action, name }) => (
          <li key={action} id={`${id}-${action}`}>
            <span className="weir-strong">{name}</span>: {wordsOf(action, node)}
          </li>
        ))}
      </ul>
      {chosen === null ? null : (
        <Confirm
          key={chosen}
          {...{ client, pool, node, action: chosen }}
          onEnd={(words) => {
            setSaid(words);
            setChosen(null);
          }}
        />
      )}
      <div role="status">{said === null ? null : <p>{said}</p>}</div>
    </>
  );
}

interface ConfirmProps extends NodeActionsProps {
  readonly action: NodeAction;
  readonly onEnd: (words: string | null) => void;
}

function Confirm({ client, pool, node, action, onEnd }: ConfirmProps) {
  const id = useId();
  const form = useTakenFocus<HTMLFormElement>();
  const [reason, setReason] = useState('');
  const [isAsking, setAsking] = useState(false);
  const [problem, setProblem] = useState<HubProblem | null>(null);
  // The same for every try of this form, so that a lost answer and a second click do nothing twice.
  const [key] = useState(() => crypto.randomUUID());
  const { name, doIt } = deeds.find((one) => one.action === action) ?? { name: action, doIt: action };
  const ask = async (): Promise<void> => {
    setAsking(true);
    try {
      const { words } = await client.askNode(pool, node.key, action, reason.trim() === '' ? {} : { reason }, key);
      onEnd(words);
    } catch (cause) {
      setProblem(toProblem(cause));
      setAsking(false);
    }
  };
  return (
    <form
      ref={form}
      className="weir-pin"
      aria-label={`${name}: ${node.name}`}
      onSubmit={(event) => {
        event.preventDefault();
        void ask();
      }}
    >
      <p>{effectOf(action, node)}</p>
      <label htmlFor={id}>Reason, for the log (not required)</label>
      <input
        id={id}
        className="weir-input"
        maxLength={400}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
      {problem === null ? null : (
        <p className="weir-fault" role="alert">
          <ProblemWords problem={problem} />
        </p>
      )}
      <div className="weir-filters">
        <Button
          type="submit"
          {...(action === 'delete' ? { danger: true } : { primary: true })}
          disabled={isAsking}
          text={isAsking ? 'Asking' : doIt}
        />
        <Button subtle={true} text="Cancel" onClick={() => onEnd(null)} />
      </div>
    </form>
  );
}

/** What the service would refuse anyway, said before somebody tries. */
function whyNot(action: NodeAction, node: NodeView): string | null {
  if (node.operation != null) return 'Something is under way with this node already.';
  if (action === 'delete' && node.requestId !== null) return 'It runs a job. Let it finish its job first.';
  if (node.instanceName === null && action !== 'drain' && action !== 'delete') return 'Its machine is gone.';
  if (action === 'reimage' && node.boot?.onlineAt === null)
    return 'Its agent has not been online yet. Wait for it, or delete the node.';
  return null;
}

/** What the button does, or why it is grey. */
function wordsOf(action: NodeAction, node: NodeView): string {
  const why = whyNot(action, node);
  return why === null ? effectOf(action, node) : `not now. ${why}`;
}

function effectOf(action: NodeAction, node: NodeView): string {
  const first = node.requestId === null ? 'It takes no further job' : 'It finishes its job and takes no other';
  switch (action) {
    case 'drain':
      return `${first}; then the machine is deleted.`;
    case 'delete':
      return `${first}; the machine is deleted as soon as no job can reach it.`;
    case 'save':
      return `${first}, and the machine is kept for you to look at until somebody gives it back or deletes it. It counts against the maximum and is paid for.`;
    case 'reimage':
      return `${first}; then the machine is wiped and comes back with the same image.`;
    case 'release':
      return 'Weir looks after it again. Where each job gets a fresh machine, this one is wiped first; where machines are reused, it takes jobs as it is. One that never came up is deleted.';
  }
}
