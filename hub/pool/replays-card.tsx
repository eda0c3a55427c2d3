// What the time that is looked at would have cost with other settings: the pool's own jobs of exactly that time, replayed.
import { Button } from 'azure-devops-ui/Button';
import type { WhatIfView } from '../../contract/what-if.ts';
import { InlineProblem, Loading } from '../messages.tsx';
import { Moment } from '../moment.tsx';
import { ProblemWords } from '../problem-words.tsx';
import { Section } from '../section.tsx';
import type { HubClient } from '../service.ts';
import type { Price } from './cost.ts';
import { priceWords } from './cost-words.ts';
import { pastWords, writePast, type Past } from './past.ts';
import { isOfTime } from './replayed.ts';
import { ReplaysTable } from './replays-table.tsx';
import type { Look } from './use-look.ts';
import { useReplays } from './use-replays.ts';

interface ReplaysCardProps {
  readonly client: HubClient;
  readonly pool: string;
  readonly look: Look;
  /** Of one machine, the mean of this time; null: nobody has said, or it is not known what ran. */
  readonly price: Price | null;
  /** Somebody has typed prices. */
  readonly hasPrices: boolean;
  readonly onWhatIf: (written: string) => void;
}

export function ReplaysCard({ client, pool, look, price, hasPrices, onWhatIf }: ReplaysCardProps) {
  const { past, now } = look;
  const { newest, isRead, problem, refused, retry, start, cancel, ...read } = useReplays(client, pool);
  const isRunning = newest?.state === 'running';
  const shown = newest !== null && isOfTime(newest, past, now.current ?? '') ? newest : null;
  return (
    <Section
      title="The same time with other settings"
      aside={<span className="weir-secondary">{pastWords(past)}</span>}
      className="weir-replays"
    >
      <div className="weir-inset">
        <p className="weir-secondary">
          Weir replays the jobs that came in this time with Economy, Balanced, Fast and Azure DevOps’ own rule, and
          tells what each would have needed. Nothing is changed by it.
        </p>
        <div className="weir-filters">
          <Button
            text={isRunning ? 'Replaying' : shown === null ? 'Replay this time' : 'Replay again'}
            disabled={isRunning || !isRead}
            onClick={() => start(past, now.current ?? '')}
          />
          <Button subtle={true} text="Try settings of your own" onClick={() => onWhatIf(linkOf(past))} />
        </div>
        <div role="alert">
          {refused === null ? null : (
            <p className="weir-fault">
              <ProblemWords problem={refused} />
            </p>
          )}
        </div>
        {isRunning ? <Progress view={newest} isThis={shown !== null} onCancel={() => cancel(newest.whatIfId)} /> : null}
      </div>
      {problem === null ? null : <InlineProblem problem={problem} retry={retry} />}
      {!isRead && problem === null ? <Loading what="the replays" /> : null}
      {shown === null ? null : <Result view={shown} now={read.now} {...{ price, hasPrices }} />}
    </Section>
  );
}

/** What the address of What-if names the time by. */
function linkOf({ range, part }: Past): string {
  return writePast({ range, part }) ?? range;
}

interface ProgressProps {
  readonly view: WhatIfView;
  /** False: it is of another time. */
  readonly isThis: boolean;
  readonly onCancel: () => void;
}

function Progress({ view, isThis, onCancel }: ProgressProps) {
  return (
    <>
      <p role="status">
        {isThis ? '' : `Another time${view.from === null ? ', of a file,' : ''} of this pool is replayed just now. `}
        {view.words}
      </p>
      <progress className="weir-replays-progress" aria-label="Progress of the replay" max={view.of} value={view.done} />
      <Button text="Cancel" onClick={onCancel} />
    </>
  );
}

interface ResultProps extends Pick<ReplaysCardProps, 'price' | 'hasPrices'> {
  readonly view: WhatIfView;
  readonly now: string;
}

function Result({ view, now, price, hasPrices }: ResultProps) {
  const period =
    view.from === null || view.to === null ? '' : pastWords({ range: '24h', part: { from: view.from, to: view.to } });
  return (
    <>
      <p className="weir-inset">
        {view.state === 'running' ? '' : `${view.words} `}
        <span className="weir-secondary">
          {period}, asked <Moment at={view.startedAt} now={now} /> by <bdi>{view.startedBy}</bdi>.
        </span>
      </p>
      {view.rows.length === 0 ? null : <ReplaysTable rows={view.rows} measured={view.measured} price={price} />}
      <ul className="weir-secondary weir-replays-notes">
        <li>{moneyNote(price, hasPrices)}</li>
        {view.notes.map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
    </>
  );
}

function moneyNote(price: Price | null, hasPrices: boolean): string {
  if (price !== null)
    return `Money is at ${priceWords(price.perHour, price.currency)} for an hour of a machine, what one has cost on the whole: a replay knows no sizes.`;
  return hasPrices
    ? 'Money stands here too as soon as it is known what the machines of this time have cost.'
    : 'Enter prices above, and money stands here too.';
}
