// Somebody saved other settings meanwhile: both versions side by side, and for each field the choice which one stays.
import { Button } from 'azure-devops-ui/Button';
import { useState } from 'react';
import type { SettingsView } from '../../contract/service.ts';
import { Section } from '../section.tsx';
import { cleaned, type Document } from './document.ts';
import { membersOf } from './form-field.ts';
import { differences, merged, type Difference, type Side } from './merge.ts';
import { SavedWords } from './saved-words.tsx';
import { fields } from './sections.ts';
import { valueWords } from './value-words.ts';

interface ConflictCardProps {
  readonly base: SettingsView;
  readonly draft: Document;
  readonly theirs: SettingsView;
  /** The service's clock. */
  readonly now: string;
  readonly onMerged: (theirs: SettingsView, draft: Document) => void;
}

const compared = fields.map((field) => ({ path: field.path, members: membersOf(field) }));

export function ConflictCard({ base, draft, theirs, now, onMerged }: ConflictCardProps) {
  const [choices, setChoices] = useState<ReadonlyMap<string, Side>>(new Map());
  const mine = cleaned(draft);
  const all = differences(base.settings, mine, theirs.settings, compared);
  return (
    <Section title="Other settings were saved meanwhile" className="weir-fields">
      <p role="alert">
        <SavedWords settings={theirs} now={now} />. Nothing of yours is lost, and nothing of theirs was overwritten.
        Choose for each field, then look at the form and save it.
      </p>
      <table className="weir-table weir-conflict" aria-label="Both versions">
        <thead>
          <tr>
            <th scope="col">Setting</th>
            <th scope="col">Yours</th>
            <th scope="col">Theirs, saved as revision {theirs.revision}</th>
          </tr>
        </thead>
        <tbody>
          {all.map((difference) => (
            <Row
              key={difference.path}
              difference={difference}
              mine={mine}
              theirs={theirs.settings}
              side={choices.get(difference.path) ?? difference.proposal}
              onChoose={(side) => setChoices(new Map(choices).set(difference.path, side))}
            />
          ))}
        </tbody>
      </table>
      <div className="weir-filters">
        <Button
          primary={true}
          text="Go on with these"
          onClick={() => onMerged(theirs, merged(mine, theirs.settings, all, choices))}
        />
        <Button text="Take all of theirs" onClick={() => onMerged(theirs, theirs.settings)} />
      </div>
    </Section>
  );
}

interface RowProps {
  readonly difference: Difference;
  readonly mine: Document;
  readonly theirs: Document;
  readonly side: Side;
  readonly onChoose: (side: Side) => void;
}

function Row({ difference, mine, theirs, side, onChoose }: RowProps) {
  const { path, isContested, proposal } = difference;
  const field = fields.find((one) => one.path === path);
  if (field === undefined) return null;
  const who = isContested ? 'both changed it' : proposal === 'mine' ? 'only you changed it' : 'only they changed it';
  const option = (one: Side, words: string, label: string) => (
    <label className="weir-check">
      <input
        type="radio"
        name={`keep ${path}`}
        aria-label={`${label}: ${field.label}, ${words}`}
        checked={side === one}
        onChange={() => onChoose(one)}
      />
      {words}
    </label>
  );
  return (
    <tr>
      <th scope="row">
        {field.label}
        <div className="weir-secondary">{who}</div>
      </th>
      <td>{option('mine', valueWords(mine, field), 'Keep mine')}</td>
      <td>{option('theirs', valueWords(theirs, field), 'Take theirs')}</td>
    </tr>
  );
}
