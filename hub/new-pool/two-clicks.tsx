// What only a person can do in Azure DevOps: this page's token may not change who has which role. Weir checks it after.
import type { AgentPoolEntry } from './azure-devops.ts';

interface TwoClicksProps {
  readonly organizationUrl: string;
  readonly pool: AgentPoolEntry;
}

export function TwoClicks({ organizationUrl, pool }: TwoClicksProps) {
  return (
    <div className="weir-next">
      <p className="weir-strong">The identity of Weir's service is no Administrator of this agent pool yet.</p>
      <ol className="weir-stays">
        <li>
          Open{' '}
          <a
            className="weir-inline-link"
            href={`${organizationUrl}/_settings/agentpools?poolId=${pool.id}&view=security`}
            target="_blank"
            rel="noreferrer"
          >
            Security of the agent pool <bdi>{pool.name}</bdi>
          </a>{' '}
          and choose <strong>Add</strong>.
        </li>
        <li>
          Pick the identity of Weir's service, the role <strong>Administrator</strong>, and choose <strong>Add</strong>{' '}
          again.
        </li>
      </ol>
      <p>Then come back: the agent pool and its queue are kept, and nothing is made twice.</p>
    </div>
  );
}
