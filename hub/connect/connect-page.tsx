// The first thing after installing: where the service stands. The address is checked step by step before it goes into the
// extension data of the organization, and can be changed here later.
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { Button } from 'azure-devops-ui/Button';
import { FormItem } from 'azure-devops-ui/FormItem';
import { TextField } from 'azure-devops-ui/TextField';
import { PageFrame } from '../page-frame.tsx';
import { sentenceOf } from '../problem.ts';
import { Section } from '../section.tsx';
import { checkAddress } from '../service-address.ts';
import { CheckList } from './check-list.tsx';
import { checksOf, type Check, type Surroundings } from './checks.ts';
import { NoService } from './no-service.tsx';

interface ConnectPageProps {
  /** What stands in the extension data now; null before anybody has connected. */
  readonly current: string | null;
  readonly around: Surroundings;
  readonly onSave: (url: string) => Promise<void>;
  /** Absent where there is nothing to go back to. */
  readonly onBack?: () => void;
}

export function ConnectPage({ current, around, onSave, onBack }: ConnectPageProps) {
  const [typed, setTyped] = useState(current ?? '');
  const { checks, isRunning, run, forget } = useChecks(around);
  const [refused, setRefused] = useState<string | null>(null);
  const last = checks.at(-1);
  const addressFault = last?.id === 'address' && last.state === 'failed' ? last.words : null;
  const fault = addressFault ?? refused;
  const save = async (): Promise<void> => {
    const address = checkAddress(typed);
    if ('fault' in address) return;
    try {
      await onSave(address.url);
    } catch (cause) {
      setRefused(sentenceOf(cause));
    }
  };
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setRefused(null);
    const all = await run(typed);
    if (all?.every(({ state }) => state !== 'failed') === true) await save();
  };
  return (
    <PageFrame
      title="Elastic agents"
      description={current === null ? "Connect Weir's service" : `Connected to ${current}`}
      {...(onBack === undefined ? {} : { onBack })}
    >
      <Section title="Where does Weir's service run?">
        <div className="weir-form">
          <p>{purpose}</p>
          <form onSubmit={(event) => void submit(event)} noValidate={true}>
            <FormItem
              label="Address of the service"
              error={fault !== null}
              message={fault ?? 'It holds no secret: everybody in the organization can read it.'}
            >
              <TextField
                placeholder="https://weir.example.com"
                value={typed}
                ariaInvalid={fault !== null}
                onChange={(_event, value) => {
                  setTyped(value);
                  setRefused(null);
                  forget();
                }}
              />
            </FormItem>
            <Button
              type="submit"
              primary={true}
              disabled={isRunning}
              text={isRunning ? 'Checking' : current === null ? 'Connect' : 'Check and save'}
            />
          </form>
          {addressFault !== null || (checks.length === 0 && !isRunning) ? null : (
            <CheckList checks={checks} isRunning={isRunning} />
          )}
          {last?.id === 'version' && last.state === 'failed' ? (
            <Button text="Connect all the same" onClick={() => void save()} />
          ) : null}
        </div>
      </Section>
      <NoService organizationUrl={around.organizationUrl} origin={around.origin} />
    </PageFrame>
  );
}

const purpose =
  'Weir keeps your agent pools at the right size from a small service in your own subscription. This page only shows what the service knows, so it needs its address once for the whole organization.';

/** `run` answers with all checks, or null where another address was typed meanwhile. */
function useChecks(around: Surroundings) {
  const [checks, setChecks] = useState<readonly Check[]>([]);
  const [isRunning, setRunning] = useState(false);
  const turn = useRef(0);
  useEffect(
    () => () => {
      turn.current += 1;
    },
    [],
  );
  const forget = (): void => {
    turn.current += 1;
    setChecks([]);
    setRunning(false);
  };
  const run = async (typed: string): Promise<readonly Check[] | null> => {
    forget();
    const mine = turn.current;
    setRunning(true);
    const all: Check[] = [];
    for await (const check of checksOf(typed, around)) {
      if (turn.current !== mine) return null;
      all.push(check);
      setChecks([...all]);
    }
    setRunning(false);
    return all;
  };
  return { checks, isRunning, run, forget };
}
