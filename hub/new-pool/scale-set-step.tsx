// Second step: the scale set, with what is wrong with it and what stands in it; or none yet, and how one is made.
import { Fragment, useCallback, useEffect, useRef, useState } from 'react';
import { Button } from 'azure-devops-ui/Button';
import type { ScaleSetChoice } from '../../contract/azure-places.ts';
import type { SetCheckView } from '../../contract/checks.ts';
import { CheckFix } from '../images/check-fix.tsx';
import { Empty, Loading, ProblemMessage } from '../messages.tsx';
import { Section } from '../section.tsx';
import { preselected } from './draft.ts';
import { CreateSet } from './create-set.tsx';
import { Machines } from './machines.tsx';
import { TypedSet } from './typed-set.tsx';
import { NothingToPick, Picker } from './picker.tsx';
import type { StepProps } from './step-props.ts';
import { useAnswer } from './use-answer.ts';

export function ScaleSetStep(props: StepProps) {
  const { client, proof, draft, faults, onChange } = props;
  const [isMaking, setMaking] = useState(false);
  const [said, setSaid] = useState({ words: '', listed: 0 });
  const ask = useCallback(
    (signal: AbortSignal) => client.scaleSets(proof, draft.subscription, signal),
    [client, proof, draft.subscription],
  );
  const { data, problem, again } = useAnswer(ask);
  const choose = (scaleSet: ScaleSetChoice): void => onChange({ scaleSet, machines: null, isGivenUp: false });
  const first = data === null ? null : preselected(draft, data.scaleSets);
  useEffect(() => {
    if (first !== null) onChange({ scaleSet: first, machines: null, isGivenUp: false });
  }, [first, onChange]);
  const status = useRef<HTMLParagraphElement>(null);
  const made = (words: string): void => {
    // The form goes; what became of it is said here.
    status.current?.focus();
    setSaid({ words, listed: data?.scaleSets.length ?? 0 });
    setMaking(false);
    again();
  };
  return (
    <>
      <Section
        title="Scale set"
        className="weir-fields"
        aside={<Button subtle={true} text="Look again" onClick={again} />}
      >
        {data === null || data.scaleSets.length === 0 ? (
          <NothingToPick path="scaleSet" faults={faults}>
            {data === null && problem === null ? <Loading what="the scale sets" /> : null}
            {problem === null ? null : <ProblemMessage problem={problem} retry={again} />}
            {problem?.code === 'SCALE_SET_DENIED' ? <TypedSet client={client} proof={proof} onFound={choose} /> : null}
            {data === null ? null : (
              <Empty title="There is no scale set in this subscription yet">Make one below, then look again.</Empty>
            )}
          </NothingToPick>
        ) : (
          <Picker
            path="scaleSet"
            label="Virtual machine scale set"
            help="Weir sizes it from now on. Nobody else may: no elastic pool, no autoscale."
            items={data.scaleSets}
            keyOf={(one) => one.id}
            nameOf={(one) => one.name}
            detailOf={detailOf}
            refusalOf={(one) => one.refusal}
            chosen={draft.scaleSet?.id ?? null}
            faults={faults}
            onChoose={choose}
          />
        )}
        <p ref={status} role="status" tabIndex={-1}>
          {(data?.scaleSets.length ?? 0) > said.listed ? '' : said.words}
        </p>
        {isMaking ? null : <Button text="Make a new scale set" onClick={() => setMaking(true)} />}
      </Section>
      {draft.scaleSet === null ? null : <Chosen key={draft.scaleSet.id} {...props} scaleSet={draft.scaleSet} />}
      {isMaking ? <CreateSet client={client} proof={proof} subscription={draft.subscription} onMade={made} /> : null}
    </>
  );
}

function detailOf({ resourceGroup, location, size, image, capacity }: ScaleSetChoice) {
  const machines = capacity === 0 ? 'no machines' : capacity === 1 ? '1 machine' : `${capacity} machines`;
  const parts = [resourceGroup, location, size, image, machines].filter((part) => part !== '');
  return parts.map((part, index) => (
    <Fragment key={`${String(index)} ${part}`}>
      {index === 0 ? '' : ', '}
      <bdi>{part}</bdi>
    </Fragment>
  ));
}

function Chosen(props: StepProps & { readonly scaleSet: ScaleSetChoice }) {
  const { client, proof, scaleSet, draft, onChange } = props;
  const read = useCallback(
    (signal: AbortSignal) => client.standingMachines(proof, scaleSet.id, signal),
    [client, proof, scaleSet.id],
  );
  const look = useCallback(
    (signal: AbortSignal) => client.setChecks(scaleSet.id, proof, signal),
    [client, proof, scaleSet.id],
  );
  const standing = useAnswer(read);
  const checks = useAnswer(look);
  const { data } = standing;
  useEffect(() => {
    if (data !== null) onChange({ machines: data.machines });
  }, [data, onChange]);
  // The machines stand above already, with what becomes of them.
  const found = checks.data?.checks.filter((one) => one.code !== 'machines') ?? [];
  const errors = found.filter((one) => one.status === 'error');
  const warnings = found.filter((one) => one.status === 'warning');
  return (
    <Section title="What is there" className="weir-fields">
      {standing.problem === null ? null : <ProblemMessage problem={standing.problem} retry={standing.again} />}
      {draft.machines === null && standing.problem === null ? <Loading what="the machines" /> : null}
      {draft.machines === null ? null : <Machines {...props} machines={draft.machines} />}
      {checks.problem === null ? null : <ProblemMessage problem={checks.problem} retry={checks.again} />}
      {checks.data === null ? null : (
        <p>{errors.length === 0 ? 'Nothing in its settings is in the way.' : 'This has to be changed in it:'}</p>
      )}
      <Findings checks={errors} />
      {warnings.length === 0 ? null : (
        <details>
          <summary>{warnings.length === 1 ? '1 more thing to know' : `${warnings.length} more things to know`}</summary>
          <Findings checks={warnings} />
        </details>
      )}
    </Section>
  );
}

function Findings({ checks }: { readonly checks: readonly SetCheckView[] }) {
  return (
    <ul className="weir-plain">
      {checks.map((one) => (
        <li key={one.code}>
          <span className="weir-strong">{one.title}</span>: <bdi className="weir-anywhere">{one.words}</bdi>
          {one.fix === null ? null : <CheckFix fix={one.fix} />}
        </li>
      ))}
    </ul>
  );
}
