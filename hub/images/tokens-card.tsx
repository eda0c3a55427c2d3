// Connection tokens of the pool: issued here, shown once, kept in a service connection, revoked here.
import { Button } from 'azure-devops-ui/Button';
import { useCallback, useId, useState } from 'react';
import type { TokenIssued, TokenList, TokenRole, TokenView } from '../../contract/tokens.ts';
import { Choice } from '../choice.tsx';
import { CommandText } from '../command-text.tsx';
import { DataTable, type Column } from '../data-table.tsx';
import { Empty, Loading } from '../messages.tsx';
import { Name } from '../name.tsx';
import { ProblemWords } from '../problem-words.tsx';
import { toProblem, type HubProblem } from '../problem.ts';
import { Section } from '../section.tsx';
import type { HubClient } from '../service.ts';
import { exactWords } from '../time.ts';
import { replace, useLive } from '../use-live.ts';
import { RevokeToken } from './revoke-token.tsx';

const roles = ['validate', 'pin'] as const;
const roleNames: Readonly<Record<TokenRole, string>> = { validate: 'Validate images', pin: 'Validate and pin' };
const intervalMs = 30_000;

export function TokensCard({ client, pool }: { readonly client: HubClient; readonly pool: string }) {
  const read = useCallback((signal: AbortSignal) => client.tokens(pool, signal), [client, pool]);
  const { data, problem, retry } = useLive<TokenList>({ read, intervalMs, join: replace });
  const [issued, setIssued] = useState<TokenIssued | null>(null);
  const [refused, setRefused] = useState<HubProblem | null>(null);
  const [asked, setAsked] = useState<TokenView | null>(null);
  const issue = async (role: TokenRole, name: string): Promise<void> => {
    try {
      setIssued(await client.issueToken(pool, { role, name }));
      setRefused(null);
      retry();
    } catch (cause) {
      setRefused(toProblem(cause));
    }
  };
  return (
    <Section title="Connection tokens">
      <p className="weir-secondary weir-inset">
        A pipeline task shows one of these to Weir. Keep it in a service connection of the type Weir, where approvals
        and checks protect it. A token lasts 90 days.
      </p>
      {data === null && problem === null ? <Loading what="the tokens" /> : null}
      {[problem, refused].map((one) =>
        one === null ? null : (
          <p key={one.message} className="weir-inline-problem" role="alert">
            <ProblemWords problem={one} />
          </p>
        ),
      )}
      <TokenForm onIssue={issue} />
      {issued === null ? null : (
        <div className="weir-inset weir-next" role="status">
          <p>Copy this now. It is not shown again.</p>
          <CommandText label="Connection token" text={issued.token} />
        </div>
      )}
      {data?.tokens.length === 0 ? (
        <Empty title="No token was issued yet">Issue one for each project that may use the tasks.</Empty>
      ) : null}
      {asked === null ? null : (
        <RevokeToken
          {...{ client, pool, token: asked }}
          key={asked.tokenId}
          onDone={() => {
            setAsked(null);
            retry();
          }}
          onClose={() => setAsked(null)}
        />
      )}
      {data === null || data.tokens.length === 0 ? null : (
        <DataTable
          label="Connection tokens"
          columns={columnsFor(setAsked)}
          rows={data.tokens}
          keyOf={(one) => one.tokenId}
        />
      )}
    </Section>
  );
}

function TokenForm({ onIssue }: { readonly onIssue: (role: TokenRole, name: string) => Promise<void> }) {
  const id = useId();
  const [role, setRole] = useState<TokenRole>('validate');
  const [name, setName] = useState('');
  return (
    <form
      className="weir-filters weir-inset"
      onSubmit={(event) => {
        event.preventDefault();
        void onIssue(role, name).then(() => setName(''));
      }}
    >
      <span className="weir-choice">
        <label htmlFor={id}>Name (who uses it)</label>
        <input
          id={id}
          className="weir-input"
          required={true}
          maxLength={80}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
      </span>
      <Choice label="Allowed to" value={role} choices={roles} nameOf={(one) => roleNames[one]} onChange={setRole} />
      <Button type="submit" text="Issue a token" />
    </form>
  );
}

function columnsFor(onRevoke: (token: TokenView) => void): readonly Column<TokenView>[] {
  return [
    {
      title: 'Name',
      className: 'weir-wide',
      render: (one) => (
        <>
          <Name>{one.name}</Name>
          <div className="weir-secondary">
            {roleNames[one.role]} · issued by <bdi>{one.createdBy}</bdi>
          </div>
        </>
      ),
    },
    { title: 'Good until', className: 'weir-time', render: (one) => exactWords(one.expiresAt) },
    {
      title: 'Last used',
      className: 'weir-time weir-optional',
      render: (one) => (one.lastUsedAt === null ? 'never' : exactWords(one.lastUsedAt)),
    },
    {
      title: 'Action',
      className: 'weir-actions',
      render: (one) => (
        <Button subtle={true} text="Revoke" ariaLabel={`Revoke ${one.name}`} onClick={() => onRevoke(one)} />
      ),
    },
  ];
}
