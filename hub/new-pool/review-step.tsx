// Last step: everything at a glance, then made one after the other, each with its end in words. What was made stays made
// when a later part is refused, and is found again.
import { useState } from 'react';
import { Button } from 'azure-devops-ui/Button';
import { ServiceProblem } from '../../contract/client.ts';
import { toProblem, type HubProblem } from '../problem.ts';
import { Section } from '../section.tsx';
import { valueAt } from '../settings/document.ts';
import { cleanedImages } from '../settings/image-check.ts';
import { imageWords } from '../settings/image-words.ts';
import { textOf } from '../settings/plain-field.tsx';
import { documentOf, imagesOf, laneGroupOf, type Draft } from './draft.ts';
import type { AgentPoolEntry } from './azure-devops.ts';
import type { StepProps } from './step-props.ts';
import { TwoClicks } from './two-clicks.tsx';
import { apart, inARow } from '../apart.ts';
import { ProblemWords } from '../problem-words.tsx';

interface ReviewProps extends StepProps {
  readonly organizationUrl: string;
  readonly onDone: (pool: string) => void;
}

type Phase = 'waiting' | 'agentPool' | 'queue' | 'pool';

const phaseWords: Readonly<Record<Exclude<Phase, 'waiting'>, string>> = {
  agentPool: 'The agent pool is made in Azure DevOps…',
  queue: 'Its queue is made in the project…',
  pool: 'Weir looks at both clouds and takes the pool…',
};

export function ReviewStep(props: ReviewProps) {
  const { draft, azureDevOps, client, organizationUrl, onDone } = props;
  const [phase, setPhase] = useState<Phase>('waiting');
  const [agentPool, setAgentPool] = useState<AgentPoolEntry | null>(null);
  const [problem, setProblem] = useState<HubProblem | null>(null);
  const needsClicks = problem?.code === 'SERVICE_NEEDS_ADMINISTRATOR';
  const make = async (): Promise<void> => {
    setProblem(null);
    try {
      setPhase('agentPool');
      const name = textOf(draft.settings.name);
      const pool = await azureDevOps.ensurePool(name);
      setAgentPool(pool);
      setPhase('queue');
      await azureDevOps.ensureQueue(draft.project, pool);
      setPhase('pool');
      await client.createPool({
        settings: documentOf(draft, organizationUrl, pool.id),
        ...(draft.machines === null || draft.machines.length === 0
          ? {}
          : { adoptInstances: draft.machines.map((one) => one.vmId) }),
      });
      onDone(name);
    } catch (cause) {
      setProblem(withParts(cause));
      setPhase('waiting');
    }
  };
  return (
    <Section title="Review" className="weir-fields">
      <Facts draft={draft} />
      <div role="status">{phase === 'waiting' ? null : <p>{phaseWords[phase]}</p>}</div>
      <div role="alert">
        {problem === null || needsClicks ? null : (
          <p className="weir-inline-problem weir-anywhere">
            <ProblemWords problem={problem} />
          </p>
        )}
      </div>
      {needsClicks && agentPool !== null ? (
        <TwoClicks organizationUrl={organizationUrl} pool={agentPool} words={problem.message} />
      ) : null}
      <p>
        <Button
          primary={true}
          disabled={phase !== 'waiting'}
          text={needsClicks ? 'Check again and go on' : problem === null ? 'Create the pool' : 'Try again'}
          onClick={() => void make()}
        />
      </p>
    </Section>
  );
}

/** Of several things that are wrong, all of them. */
function withParts(cause: unknown): HubProblem {
  const problem = toProblem(cause);
  if (!(cause instanceof ServiceProblem) || cause.parts.length < 2) return problem;
  return { ...problem, message: `${problem.message} ${cause.parts.map((one) => one.message).join(' ')}` };
}

const presetNames: Readonly<Record<string, string>> = { economy: 'Economy', balanced: 'Balanced', fast: 'Fast' };

function Facts({ draft }: { readonly draft: Draft }) {
  const { settings, scaleSet, machines, project } = draft;
  const own = scaleSet?.image ?? '';
  const images = cleanedImages(imagesOf(draft));
  const laneGroup = laneGroupOf(draft);
  const rows: readonly (readonly [string, string])[] = [
    ['Pool', textOf(settings.name)],
    ['Project', project],
    [
      'Scale set',
      scaleSet === null ? '' : `${apart(scaleSet.name)} in ${apart(scaleSet.resourceGroup)}, ${scaleSet.location}`,
    ],
    [
      'Machines',
      `at most ${textOf(settings.maxCapacity)} of ${scaleSet?.size ?? ''}, ${textOf(settings.desiredIdle)} on standby`,
    ],
    ['Preset', presetNames[textOf(valueAt(settings, 'sizing.preset'))] ?? ''],
    ['Idle delay', `${textOf(settings.timeToLiveMinutes)} min`],
    ['After each job', settings.recycleAfterEachUse === false ? 'the machine stays' : 'the machine is torn down'],
    ...(images.length === 0 ? [['Image', own] as const] : []),
    ...images.map((image, index) => [numbered(images, index), imageWords(image, own)] as const),
    ...(laneGroup === null ? [] : [['Machines of each image', `in the resource group ${nameIn(laneGroup)}`] as const]),
    [
      'Deleted first',
      machines === null || machines.length === 0
        ? 'nothing'
        : inARow(
            machines.map((one) => one.name),
            ', ',
          ),
    ],
  ];
  return (
    <dl className="weir-facts">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <bdi className="weir-anywhere">{value}</bdi>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function numbered(images: readonly unknown[], index: number): string {
  if (images.length === 1) return 'Image';
  return index === 0 ? 'Image 1, for jobs that name none' : `Image ${index + 1}`;
}

function nameIn(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}
