// Makes a pool in five steps: subscription, scale set, settings, images, review. One may go back without losing anything.
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { Button } from 'azure-devops-ui/Button';
import type { Host } from '../host.ts';
import { Empty, Loading, ProblemMessage } from '../messages.tsx';
import { PageFrame } from '../page-frame.tsx';
import { Section } from '../section.tsx';
import { focusFirstFault } from '../settings/first-fault.ts';
import type { HubClient } from '../service.ts';
import '../settings/settings.css';
import { useUnsaved } from '../unsaved.ts';
import type { Seed } from './adopt.ts';
import { azureDevOpsOf, type AzureDevOps } from './azure-devops.ts';
import { changed, emptyDraft, faultsOf, seeded, stepNames, steps, type Draft, type StepId } from './draft.ts';
import { ImagesStep } from './images-step.tsx';
import './new-pool.css';
import { ReviewStep } from './review-step.tsx';
import { ScaleSetStep } from './scale-set-step.tsx';
import { SettingsStep } from './settings-step.tsx';
import { SubscriptionStep } from './subscription-step.tsx';
import { useAnswer } from './use-answer.ts';

interface NewPoolPageProps {
  readonly client: HubClient;
  readonly host: Host;
  /** From a pool that is adopted; null: from nothing. */
  readonly seed: Seed | null;
  readonly onBack: () => void;
  readonly onDone: (pool: string) => void;
}

export default function NewPoolPage(props: NewPoolPageProps) {
  const { host, onBack } = props;
  const azureDevOps = useMemo(() => azureDevOpsOf(host), [host]);
  const ask = useCallback(() => azureDevOps.managedPools(), [azureDevOps]);
  const { data, problem, again } = useAnswer(ask);
  const [proof] = data ?? [];
  return (
    <PageFrame title="New pool" description="An agent pool on your own scale set" onBack={onBack}>
      {data === null && problem === null ? <Loading what="what you may do" /> : null}
      {problem === null ? null : <ProblemMessage problem={problem} retry={again} />}
      {data?.length === 0 ? <NotAllowed /> : null}
      {proof === undefined ? null : <Wizard {...props} azureDevOps={azureDevOps} proof={proof.id} />}
    </PageFrame>
  );
}

function NotAllowed() {
  return (
    <Section title="You cannot make a pool yet">
      <Empty title="You are Administrator of no agent pool of this organization">
        Ask for the role Administrator under Organization settings, Agent pools, Security. Then open this page again.
      </Empty>
    </Section>
  );
}

interface WizardProps extends NewPoolPageProps {
  readonly azureDevOps: AzureDevOps;
  readonly proof: number;
}

function Wizard({ client, host, seed, azureDevOps, proof, onDone }: WizardProps) {
  const [draft, setDraft] = useState<Draft>(() => seeded(emptyDraft(host.projectName), seed));
  const [step, setStep] = useState<StepId>('subscription');
  const [tries, setTries] = useState(0);
  const [done, setDone] = useState<string | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const form = useRef<HTMLDivElement>(null);
  useEffect(() => heading.current?.focus(), [step]);
  useEffect(() => focusFirstFault(tries === 0 ? null : form.current), [tries]);
  useUnsaved(done !== null || draft.subscription === '' ? null : 'The new pool is not made yet.');
  // After the effect above: nothing is lost any more, so nobody is asked.
  useEffect(() => {
    if (done !== null) onDone(done);
  }, [done, onDone]);
  const place = steps.indexOf(step);
  const faults = faultsOf(step, draft);
  const onChange = useCallback((change: Partial<Draft>) => setDraft((last) => changed(last, change)), []);
  const go = (to: number): void => {
    setStep(steps[to] ?? 'subscription');
    setTries(0);
  };
  const shared = { client, azureDevOps, proof, draft, faults: tries > 0 ? faults : [], onChange };
  return (
    <div ref={form} className="weir-settings">
      <Progress place={place} />
      <h2 ref={heading} tabIndex={-1} className="weir-step-title">
        Step {place + 1} of {steps.length}: {stepNames[step]}
      </h2>
      {step === 'subscription' ? <SubscriptionStep {...shared} /> : null}
      {step === 'scaleSet' ? <ScaleSetStep {...shared} /> : null}
      {step === 'settings' ? <SettingsStep {...shared} /> : null}
      {step === 'images' ? <ImagesStep {...shared} /> : null}
      {step === 'review' ? <ReviewStep {...shared} organizationUrl={host.organizationUrl} onDone={setDone} /> : null}
      <div className="weir-filters">
        {place === 0 ? null : <Button text="Back" onClick={() => go(place - 1)} />}
        {step === 'review' ? null : (
          <Button
            primary={true}
            text="Next"
            onClick={() => (faults.length === 0 ? go(place + 1) : setTries(tries + 1))}
          />
        )}
      </div>
    </div>
  );
}

function Progress({ place }: { readonly place: number }) {
  return (
    <ol className="weir-steps" aria-label="Steps">
      {steps.map((step, index) => (
        <li
          key={step}
          className={index < place ? 'weir-step-done' : index === place ? 'weir-step-now' : ''}
          {...(index === place ? { 'aria-current': 'step' as const } : {})}
        >
          {stepNames[step]}
        </li>
      ))}
    </ol>
  );
}
