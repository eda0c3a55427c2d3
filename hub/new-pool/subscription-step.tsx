// First step: in which subscription the scale set stands. Only those that the service has an identity for are offered.
import { useCallback } from 'react';
import { Empty, Loading, ProblemMessage } from '../messages.tsx';
import { Section } from '../section.tsx';
import { NothingToPick, Picker } from './picker.tsx';
import type { StepProps } from './step-props.ts';
import { useAnswer } from './use-answer.ts';

export function SubscriptionStep({ client, proof, draft, faults, onChange }: StepProps) {
  const ask = useCallback((signal: AbortSignal) => client.subscriptions(proof, signal), [client, proof]);
  const { data, problem, again } = useAnswer(ask);
  return (
    <Section title="Subscription" className="weir-fields">
      {data === null || data.subscriptions.length === 0 ? (
        <NothingToPick path="subscription" faults={faults}>
          {data === null && problem === null ? <Loading what="the subscriptions" /> : null}
          {problem === null ? null : <ProblemMessage problem={problem} retry={again} />}
          {data === null ? null : (
            <Empty title="The service has no subscription yet">
              Name one under <code>subscriptions</code> in the configuration of the service, and start it again.
            </Empty>
          )}
        </NothingToPick>
      ) : (
        <Picker
          path="subscription"
          label="Azure subscription"
          help="The service reaches scale sets only where its configuration names an identity for it."
          items={data.subscriptions}
          keyOf={(one) => one.id}
          nameOf={(one) => (one.name === null || one.name === '' ? one.id : one.name)}
          detailOf={(one) => (one.name === null ? 'Azure does not tell its name to the service.' : one.id)}
          refusalOf={() => null}
          chosen={draft.subscription}
          faults={faults}
          onChoose={({ id }) => onChange({ subscription: id, scaleSet: null, machines: null, isGivenUp: false })}
        />
      )}
    </Section>
  );
}
