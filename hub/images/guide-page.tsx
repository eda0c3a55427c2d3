// From a virtual machine to an image of one's own: the steps with their commands, in the shell that somebody has open.
import { Button } from 'azure-devops-ui/Button';
import { useEffect, useRef, useState } from 'react';
import type { PoolSummary } from '../../contract/api.ts';
import { ServiceProblem } from '../../contract/client.ts';
import type { GuideStep, ImageGuideRequest } from '../../contract/image-guide.ts';
import { CommandText } from '../command-text.tsx';
import { sentenceOf } from '../problem.ts';
import { Section } from '../section.tsx';
import type { HubClient } from '../service.ts';
import { ShellChoice, type Shell } from '../shell-choice.tsx';
import { GuideFields, type Fault } from './guide-fields.tsx';
import './guide.css';

interface GuidePageProps {
  readonly client: HubClient;
  readonly pool: PoolSummary;
  readonly onBack: () => void;
}

export function GuidePage({ client, pool, onBack }: GuidePageProps) {
  const [names, setNames] = useState<ImageGuideRequest>(() => firstNames(pool));
  const [steps, setSteps] = useState<readonly GuideStep[] | null>(null);
  const [faults, setFaults] = useState<readonly Fault[]>([]);
  const ask = async (): Promise<void> => {
    if (Number.isNaN(names.diskGb)) {
      setFaults([{ field: 'diskGb', message: 'Write a whole number from 30 to 4095.' }]);
      return;
    }
    try {
      setSteps((await client.imageGuide(pool.name, names)).steps);
      setFaults([]);
    } catch (cause) {
      setFaults(faultsOf(cause));
    }
  };
  return (
    <>
      <Section title="An image of your own" aside={<Button subtle={true} text="Back to the images" onClick={onBack} />}>
        <form
          className="weir-guide"
          aria-label="Names for the commands"
          noValidate={true}
          onSubmit={(event) => {
            event.preventDefault();
            void ask();
          }}
        >
          <p className="weir-secondary">
            Weir writes the commands of the Azure CLI for you, with your names in them. You run them, where you are
            signed in with “az login”.
          </p>
          <GuideFields
            names={names}
            own={pool.scaleSet}
            faults={faults}
            onChange={(change) => {
              setNames({ ...names, ...change });
              setFaults(faults.filter(({ field }) => field !== null && !(field in change)));
              // Commands with the names of before would be copied by mistake.
              setSteps(null);
            }}
          />
          <Button primary={true} type="submit" text="Write the commands" />
          <div role="alert">
            {faults.some((one) => one.field === null) ? (
              <p className="weir-fault">{faults.map((one) => one.message).join(' ')}</p>
            ) : null}
          </div>
        </form>
      </Section>
      {steps === null ? null : <Steps steps={steps} />}
    </>
  );
}

function Steps({ steps }: { readonly steps: readonly GuideStep[] }) {
  const [shell, setShell] = useState<Shell>('bash');
  const list = useRef<HTMLOListElement>(null);
  // They stand below a long form: whoever asked for them is brought there.
  useEffect(() => list.current?.focus(), []);
  return (
    <Section title="The steps" aside={<ShellChoice shell={shell} onChange={setShell} />}>
      <ol ref={list} tabIndex={-1} className="weir-guide-steps" aria-label="Steps to an image of your own">
        {steps.map((step) => (
          <li key={step.title}>
            <h3 className="title-xs">{step.title}</h3>
            <p>{step.words}</p>
            {step.inside === null ? null : (
              <CommandText label={`In the machine: ${step.title}`} text={step.inside} where="In the machine" />
            )}
            {step.commands === null ? null : (
              <CommandText label={step.title} text={step.commands[shell]} where="On your computer" />
            )}
          </li>
        ))}
      </ol>
    </Section>
  );
}

function firstNames({ osType }: PoolSummary): ImageGuideRequest {
  return {
    start: 'azureImage',
    osType,
    resourceGroup: '',
    baseImage: osType === 'windows' ? 'Win2022Datacenter' : 'Ubuntu2204',
    vhd: '',
    diskGb: 128,
    vmName: 'make-image',
    vmSize: 'Standard_D2s_v5',
    adminUser: 'builder',
    imageName: '',
    scaleSet: null,
  };
}

function faultsOf(cause: unknown): readonly Fault[] {
  const parts = cause instanceof ServiceProblem ? cause.parts.filter((part) => part.field !== null) : [];
  if (parts.length > 0) return parts.map(({ field, message }) => ({ field, message }));
  return [{ field: null, message: sentenceOf(cause) }];
}
