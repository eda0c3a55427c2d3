// Adopts a scale set pool of Azure DevOps: reads it, shows what changes, tells the person the two clicks that only they can
// do, checks after them, and hands the settings to the wizard. Nothing of Azure DevOps is changed from here.
import { useCallback, useMemo, useState } from 'react';
import { Button } from 'azure-devops-ui/Button';
import { DataTable } from '../data-table.tsx';
import type { Host } from '../host.ts';
import { Empty, Loading, ProblemMessage } from '../messages.tsx';
import { PageFrame } from '../page-frame.tsx';
import { sentenceOf } from '../problem.ts';
import { Section } from '../section.tsx';
import '../settings/settings.css';
import { changesOf, seedOf, setOf, type Seed } from './adopt.ts';
import { azureDevOpsOf, type AzureDevOps, type ElasticPool } from './azure-devops.ts';
import './new-pool.css';
import { Picker } from './picker.tsx';
import { useAnswer } from './use-answer.ts';
import { apart } from '../apart.ts';

interface AdoptPageProps {
  readonly host: Host;
  readonly onBack: () => void;
  readonly onGoOn: (seed: Seed) => void;
}

export default function AdoptPage({ host, onBack, onGoOn }: AdoptPageProps) {
  const azureDevOps = useMemo(() => azureDevOpsOf(host), [host]);
  const ask = useCallback(() => azureDevOps.elasticPools(), [azureDevOps]);
  const { data, problem, again } = useAnswer(ask);
  const [chosen, setChosen] = useState<ElasticPool | null>(null);
  return (
    <PageFrame title="Adopt a scale set pool" description="From Azure DevOps' own sizing to Weir's" onBack={onBack}>
      {data === null && problem === null ? <Loading what="the scale set pools" /> : null}
      {problem === null ? null : <ProblemMessage problem={problem} retry={again} />}
      {data === null ? null : (
        <Section title="Scale set pools of this organization" className="weir-fields">
          {data.length === 0 ? (
            <Empty title="There is none that you may see">Make a new pool on a scale set of your own instead.</Empty>
          ) : (
            <Picker
              path="elasticPool"
              label="Pool to adopt"
              help="It is only read. It goes on as it is until you delete it yourself."
              items={data}
              keyOf={(one) => String(one.poolId)}
              nameOf={(one) => one.name}
              detailOf={(one) =>
                `${apart(setOf(one))}, at most ${one.maxCapacity} machines, ${one.desiredIdle} on standby`
              }
              refusalOf={() => null}
              chosen={chosen === null ? null : String(chosen.poolId)}
              faults={[]}
              onChoose={setChosen}
            />
          )}
        </Section>
      )}
      {chosen === null ? null : (
        <Chosen key={chosen.poolId} {...{ azureDevOps, pool: chosen, organizationUrl: host.organizationUrl, onGoOn }} />
      )}
    </PageFrame>
  );
}

interface ChosenProps {
  readonly azureDevOps: AzureDevOps;
  readonly pool: ElasticPool;
  readonly organizationUrl: string;
  readonly onGoOn: (seed: Seed) => void;
}

function Chosen({ azureDevOps, pool, organizationUrl, onGoOn }: ChosenProps) {
  const read = useCallback(
    async () => ({
      nodes: await azureDevOps.elasticNodes(pool.poolId),
      log: await azureDevOps.elasticLog(pool.poolId),
    }),
    [azureDevOps, pool.poolId],
  );
  const now = useAnswer(read);
  return (
    <>
      <Section title="What changes">
        <DataTable
          label="What changes"
          columns={[
            { title: 'Setting', className: 'weir-change', render: (one) => one.name },
            { title: 'Azure DevOps', className: 'weir-change', render: (one) => one.now },
            { title: 'Weir', className: 'weir-wide', render: (one) => one.then },
          ]}
          rows={changesOf(pool)}
          keyOf={(one) => one.name}
        />
        {now.problem === null ? null : <ProblemMessage problem={now.problem} retry={now.again} />}
        {now.data === null ? null : <Standing {...now.data} />}
      </Section>
      <Clicks {...{ azureDevOps, pool, organizationUrl, onGoOn }} />
    </>
  );
}

function Standing({ nodes, log }: { readonly nodes: number | null; readonly log: readonly string[] | null }) {
  const words =
    nodes === null
      ? 'Azure DevOps does not list its machines.'
      : `It has ${nodes} ${nodes === 1 ? 'machine' : 'machines'} now.`;
  return (
    <div className="weir-inset">
      <p>{words} Let its jobs end before you delete it.</p>
      <p className="weir-strong">
        Jobs queued between the deletion and the last step fail. Pipeline permissions and queues in other projects must
        be set up again.
      </p>
      {log === null || log.length === 0 ? (
        <p className="weir-secondary">{log === null ? 'Azure DevOps does not show its log.' : 'Its log is empty.'}</p>
      ) : (
        <details>
          <summary>Its log, newest first</summary>
          <ul className="weir-plain">
            {log.map((line, index) => (
              <li key={`${index} ${line}`}>
                <bdi className="weir-anywhere">{line}</bdi>
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

function Clicks({ azureDevOps, pool, organizationUrl, onGoOn }: ChosenProps) {
  const [said, setSaid] = useState<string | null>(null);
  const check = async (): Promise<void> => {
    setSaid(null);
    const left = await azureDevOps.elasticPools().catch((cause: unknown) => sentenceOf(cause));
    if (typeof left === 'string') setSaid(left);
    else if (left.some((one) => one.poolId === pool.poolId))
      setSaid('The pool is still there: nothing was changed yet.');
    else onGoOn(seedOf(pool));
  };
  return (
    <Section title="Two clicks that only you can do" className="weir-fields">
      <ol className="weir-stays">
        <li>
          Open{' '}
          <a
            className="weir-inline-link"
            href={`${organizationUrl}/_settings/agentpools?poolId=${pool.poolId}`}
            target="_blank"
            rel="noreferrer"
          >
            the pool in Organization settings
          </a>{' '}
          and choose <strong>Delete</strong>.
        </li>
        <li>
          Confirm with <strong>Delete</strong>. The scale set stays; Azure DevOps takes its tag away within two hours.
        </li>
      </ol>
      <div role="alert">{said === null ? null : <p className="weir-fault">{said}</p>}</div>
      <p>
        <Button primary={true} text="I have done both, check it" onClick={() => void check()} />
      </p>
    </Section>
  );
}
