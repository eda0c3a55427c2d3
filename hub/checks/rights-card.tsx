// What the service and the person lack, by name, with the role and the commands that give it.
import type { RightView } from '../../contract/checks.ts';
import { Section } from '../section.tsx';
import { Command } from './command.tsx';
import { statusWords } from './status-words.ts';

const people: readonly { readonly who: RightView['who']; readonly title: string }[] = [
  { who: 'service', title: 'Weir in Azure' },
  { who: 'azureDevOps', title: 'Weir in Azure DevOps' },
  { who: 'user', title: 'You' },
];

export function RightsCard({ rights }: { readonly rights: readonly RightView[] }) {
  return (
    <Section title="Permissions">
      {people.map(({ who, title }) => {
        const own = rights.filter((one) => one.who === who);
        return own.length === 0 ? null : (
          <div key={who} className="weir-inset">
            <h3 className="weir-rights-head">{title}</h3>
            <ul className="weir-plain weir-rights">
              {own.map((one) => (
                <li key={one.title}>
                  <Right right={one} />
                </li>
              ))}
            </ul>
          </div>
        );
      })}
    </Section>
  );
}

function Right({ right }: { readonly right: RightView }) {
  const { title, status, words, lacks, role, fix } = right;
  return (
    <>
      <span className="weir-strong">{title}</span>:{' '}
      <span className={`weir-check-${status}`}>{statusWords[status]}</span>.{' '}
      <bdi className="weir-anywhere">{words}</bdi>
      {lacks.length === 0 ? null : (
        <ul className="weir-lacks" aria-label={`Lacks: ${title}`}>
          {lacks.map((one) => (
            <li key={one}>
              <code className="weir-anywhere">{one}</code>
            </li>
          ))}
        </ul>
      )}
      {role === null ? null : (
        <details>
          <summary>
            What <bdi>{role.fileName}</bdi> holds: the role <bdi>{role.name}</bdi>
          </summary>
          <pre className="weir-command" tabIndex={0} aria-label={`Role: ${title}`}>
            {role.json}
          </pre>
        </details>
      )}
      {fix === null ? null : <Command about={title} words={fix.words} commands={fix.commands} />}
    </>
  );
}
