// What the settings page holds: the settings as they were read, the draft that somebody makes of them, and what saving it
// came to. Nothing is fetched by itself after the first reading: a form must not change under the person's hands.
import { useCallback, useEffect, useRef, useState } from 'react';
import { ServiceProblem } from '../../contract/client.ts';
import type { SettingsView } from '../../contract/service.ts';
import { toProblem, type HubProblem } from '../problem.ts';
import type { HubClient } from '../service.ts';
import { cleaned, isSame, valueAt, type Document } from './document.ts';
import { localFaults, type FieldFault } from './local-check.ts';
import { checkedPaths } from './sections.ts';

export type Outcome =
  | { readonly kind: 'saved' }
  /** `attempt` counts the tries to save: another one is another reason to go to the first fault. */
  | { readonly kind: 'faults'; readonly faults: readonly FieldFault[]; readonly attempt: number }
  /** Somebody saved other settings since these were read; the draft is as it was. */
  | { readonly kind: 'conflict'; readonly theirs: SettingsView }
  | { readonly kind: 'problem'; readonly problem: HubProblem };

export interface Settings {
  readonly base: SettingsView | null;
  readonly draft: Document;
  readonly outcome: Outcome | null;
  /** Why they could not be read. */
  readonly problem: HubProblem | null;
  readonly isSaving: boolean;
  readonly change: (draft: Document) => void;
  readonly read: () => void;
  readonly save: () => Promise<void>;
  /** Goes on from what somebody else saved, with this draft. */
  readonly adopt: (theirs: SettingsView, draft: Document) => void;
}

export function useSettings(client: HubClient, pool: string): Settings {
  const [state, setState] = useState<State>(nothingYet);
  const read = useCallback(() => {
    client.settings(pool).then(
      (base) => setState({ ...nothingYet, base, draft: base.settings }),
      (cause: unknown) => setState((last) => ({ ...last, problem: toProblem(cause) })),
    );
  }, [client, pool]);
  useEffect(() => read(), [read]);
  const attempts = useRef(0);
  const { base, draft } = state;
  const save = async (): Promise<void> => {
    if (base === null) return;
    attempts.current += 1;
    const faults = localFaults(draft, checkedPaths);
    if (faults.length > 0) {
      setState((last) => ({ ...last, outcome: { kind: 'faults', faults, attempt: attempts.current } }));
      return;
    }
    setState((last) => ({ ...last, isSaving: true }));
    try {
      const saved = await client.saveSettings(pool, cleaned(draft), base.revision);
      setState({ ...nothingYet, base: saved, draft: saved.settings, outcome: { kind: 'saved' } });
    } catch (cause) {
      const outcome = await outcomeOf(cause, client, pool, attempts.current);
      setState((last) => ({ ...last, outcome, isSaving: false }));
    }
  };
  return {
    ...state,
    read,
    save,
    change: (next) =>
      setState((last) => ({ ...last, draft: next, outcome: stillTrue(last.outcome, last.draft, next) })),
    adopt: (theirs, next) => setState({ ...nothingYet, base: theirs, draft: next }),
  };
}

type State = Omit<Settings, 'change' | 'read' | 'save' | 'adopt'>;

const nothingYet: State = { base: null, draft: {}, outcome: null, problem: null, isSaving: false };

/** "Saved" is true no longer once something changes, and neither is what was wrong with a field that has another value now. */
function stillTrue(outcome: Outcome | null, before: Document, now: Document): Outcome | null {
  if (outcome?.kind !== 'faults') return outcome?.kind === 'conflict' ? outcome : null;
  const faults = outcome.faults.filter(({ field }) => {
    const [member = ''] = field.split('[');
    return isSame(valueAt(before, member), valueAt(now, member));
  });
  return { ...outcome, faults };
}

async function outcomeOf(cause: unknown, client: HubClient, pool: string, attempt: number): Promise<Outcome> {
  if (!(cause instanceof ServiceProblem)) return { kind: 'problem', problem: toProblem(cause) };
  if (cause.status === 412) {
    try {
      return { kind: 'conflict', theirs: await client.settings(pool) };
    } catch (second) {
      return { kind: 'problem', problem: toProblem(second) };
    }
  }
  const faults = cause.parts.flatMap(({ field, message, nextStep }) =>
    field === null || field === '' ? [] : [{ field, message: spoken(field, message), nextStep }],
  );
  return cause.status === 400 && faults.length > 0
    ? { kind: 'faults', faults, attempt }
    : { kind: 'problem', problem: toProblem(cause) };
}

/** Beside its field a message need not name the path of it again; of a list it names the entry. */
export function spoken(field: string, message: string): string {
  if (!message.startsWith(field)) return message;
  const [, index] = /\[(\d+)\]$/.exec(field) ?? [];
  return `${index === undefined ? 'This' : `Entry ${Number(index) + 1}`}${message.slice(field.length)}`;
}
