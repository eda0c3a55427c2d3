// The tab "Agent wait" on the page of a pipeline run: for each of its jobs on a Weir pool, why it waits or waited.
import { MessageCard, MessageCardSeverity } from 'azure-devops-ui/MessageCard';
import { useCallback, useEffect, useMemo, useState } from 'react';
import type { RunJobs } from '../../contract/api.ts';
import type { Host, PipelineRun } from '../host.ts';
import { Empty, Loading, ProblemMessage, StaleMessage } from '../messages.tsx';
import { PageFrame } from '../page-frame.tsx';
import { JobPanel } from '../pool/job-panel.tsx';
import { toProblem, type HubProblem } from '../problem.ts';
import { checkAddress } from '../service-address.ts';
import { connectService, type HubClient } from '../service.ts';
import { replace, useLive } from '../use-live.ts';

interface RunTabProps {
  readonly host: Host;
  readonly connect?: (host: Host, serviceUrl: string) => HubClient;
}

const intervalMs = 5000;

export function RunTab({ host, connect = connectService }: RunTabProps) {
  const [run, setRun] = useState<PipelineRun | null>(null);
  const [url, setUrl] = useState<string | null | undefined>(undefined);
  const [problem, setProblem] = useState<HubProblem | null>(null);
  useEffect(() => host.onRun?.(setRun), [host]);
  useEffect(() => {
    host.serviceUrl().then(
      (address) => setUrl(address),
      (cause: unknown) => setProblem(toProblem(cause)),
    );
  }, [host]);
  const checked = typeof url === 'string' ? checkAddress(url) : null;
  const address = checked !== null && 'url' in checked ? checked.url : null;
  const client = useMemo(() => (address === null ? null : connect(host, address)), [connect, host, address]);
  return (
    <PageFrame title="Agent wait">
      <>
        {problem === null ? null : <ProblemMessage problem={problem} />}
        {problem === null && url !== undefined && client === null ? (
          <MessageCard severity={MessageCardSeverity.Info}>
            Nobody has connected Weir to its service yet. An administrator does that in Project settings, Elastic
            agents.
          </MessageCard>
        ) : null}
        {problem === null && (url === undefined || (client !== null && run === null)) ? (
          <Loading what="the jobs of this run" />
        ) : null}
        {client === null || run === null ? null : <Jobs client={client} run={run} />}
      </>
    </PageFrame>
  );
}

function Jobs({ client, run }: { readonly client: HubClient; readonly run: PipelineRun }) {
  const { runId, projectId } = run;
  const read = useCallback(
    (signal: AbortSignal) => client.runJobs(runId, projectId, signal),
    [client, runId, projectId],
  );
  const { data, problem, receivedAt, retry } = useLive<RunJobs>({ read, intervalMs, join: replace });
  if (data === null)
    return problem === null ? (
      <Loading what="the jobs of this run" />
    ) : (
      <ProblemMessage problem={problem} retry={retry} />
    );
  return (
    <>
      {problem === null || receivedAt === null ? null : (
        <StaleMessage problem={problem} receivedAt={receivedAt} retry={retry} />
      )}
      {data.jobs.length === 0 ? (
        <Empty title="No job of this run is on an elastic pool now">
          Jobs appear here while they wait or run on a pool that Weir sizes, and for a while after. Jobs on other pools
          do not.
        </Empty>
      ) : null}
      {data.jobs.length === 0 ? null : (
        // Nothing in it takes the keyboard, and it may be longer than the screen.
        <div className="weir-run" role="region" aria-label="Jobs of this run" tabIndex={0}>
          {data.jobs.map(({ pool, request }) => (
            <JobPanel key={`${pool} ${String(request.requestId)}`} request={request} now={data.now} pool={pool} />
          ))}
        </div>
      )}
    </>
  );
}
