// What only a person can do in Azure DevOps: this page's token may not change who has which role. Weir checks it after.
import type { AgentPoolEntry } from './azure-devops.ts';

interface TwoClicksProps {
  readonly organizationUrl: string;
  readonly pool: AgentPoolEntry;
  /** What the service says of its own identity, by name where it knows it. */
  readonly words: string;
}

export function TwoClicks({ organizationUrl, pool, words }: TwoClicksProps) {
  return (
    <div className="weir-next">
      <p className="weir-strong weir-anywhere">
        <bdi>{words}</bdi>
      </p>
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
          Pick this identity of Weir's service, the role <strong>Administrator</strong>, and choose <strong>Add</strong>{' '}
          again.
        </li>
      </ol>
      <p>Then come back: the agent pool and its queue are kept, and nothing is made twice.</p>
    </div>
  );
}
