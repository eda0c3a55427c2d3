// The next step of a verdict as buttons: what changes something asks first, and says what came of it.
import { Button } from 'azure-devops-ui/Button';
import { useState } from 'react';
import type { PoolSummary } from '../../contract/api.ts';
import { sentenceOf } from '../problem.ts';
import { Question } from '../question.tsx';
import type { PoolTab } from '../route.ts';
import type { HubClient } from '../service.ts';
import { labelOf, questionOf, type VerdictAction } from './verdict-actions.ts';
import './verdict-buttons.css';

export interface VerdictPlace {
  readonly client: HubClient;
  readonly pool: PoolSummary;
  readonly onTab: (tab: PoolTab, filters?: string) => void;
}

interface VerdictButtonsProps extends VerdictPlace {
  readonly actions: readonly VerdictAction[];
}

export function VerdictButtons({ client, pool, onTab, actions }: VerdictButtonsProps) {
  const [asked, setAsked] = useState<VerdictAction | null>(null);
  const [isDoing, setDoing] = useState(false);
  const [said, setSaid] = useState('');
  if (actions.length === 0) return null;
  const carryOut = async (action: VerdictAction): Promise<void> => {
    setDoing(true);
    try {
      setSaid(await act(client, pool.name, action));
      setAsked(null);
    } catch (cause) {
      setSaid(sentenceOf(cause));
    } finally {
      setDoing(false);
    }
  };
  const question = asked === null ? null : questionOf(asked);
  return (
    <div className="weir-verdict-buttons">
      <span className="weir-filters">
        {actions.map((action) =>
          action.kind === 'agents' ? (
            <a key={labelOf(action)} className="weir-link" href={agentsUrl(pool)} target="_blank" rel="noreferrer">
              {labelOf(action)}
            </a>
          ) : (
            <Button
              key={labelOf(action)}
              text={labelOf(action)}
              disabled={isDoing}
              onClick={() => (action.kind === 'open' ? onTab(action.tab, action.filters) : setAsked(action))}
            />
          ),
        )}
      </span>
      {asked === null || question === null ? null : (
        <Question
          label={labelOf(asked)}
          isDoing={isDoing}
          onDo={() => void carryOut(asked)}
          onLeave={() => setAsked(null)}
        >
          {question}
        </Question>
      )}
      <p role="status">{said}</p>
    </div>
  );
}

function agentsUrl({ organization, poolId }: PoolSummary): string {
  return `${organization}/_settings/agentpools?poolId=${poolId}&view=agents`;
}

/** Gives what to say afterwards; throws `ServiceProblem`. */
async function act(client: HubClient, pool: string, action: VerdictAction): Promise<string> {
  switch (action.kind) {
    case 'unpause': {
      const { settings, revision } = await client.settings(pool);
      await client.saveSettings(pool, { ...settings, paused: false }, revision);
      return 'The pool works again.';
    }
    case 'admit': {
      const { settings, revision } = await client.settings(pool);
      await client.saveSettings(pool, withAdmitted(settings, action.list, action.value), revision);
      return `Jobs may ask for ${action.value} now. Run the job again if it has failed.`;
    }
    case 'admitForRun': {
      const { version, runId } = action;
      const image = action.image ?? (await firstImage(client, pool));
      const reason = 'Admitted from the verdict of a job.';
      const change = { image, action: 'pin', version, scope: 'run', runId, requireValidated: false, reason } as const;
      return (await client.pin(pool, change, { revision: null, idempotencyKey: crypto.randomUUID() })).words;
    }
    case 'validate': {
      const image = action.image ?? (await firstImage(client, pool));
      const wanted = { image, ...(action.version === null ? {} : { version: action.version }) };
      const started = await client.startValidation(pool, wanted, { idempotencyKey: crypto.randomUUID() });
      return `Version ${started.version} of ${started.image} is being validated: the report stands under Images.`;
    }
    default:
      return '';
  }
}

type Settings = Readonly<Record<string, unknown>>;

function withAdmitted(settings: Settings, list: 'workFolders' | 'customCapabilities', value: string): Settings {
  const demands = (settings.demands ?? {}) as Readonly<Record<string, unknown>>;
  const known: readonly unknown[] = Array.isArray(demands[list]) ? demands[list] : [];
  const isThere = known.some((one) => typeof one === 'string' && one.toLowerCase() === value.toLowerCase());
  return { ...settings, demands: { ...demands, [list]: isThere ? known : [...known, value] } };
}

/** The one that serves jobs without a name. */
async function firstImage(client: HubClient, pool: string): Promise<string> {
  return (await client.images(pool)).images[0]?.alias ?? '';
}
