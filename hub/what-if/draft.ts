// The few settings that a what-if lets people change, as they type them.
import type { SettingsEdit } from '../../contract/what-if.ts';

export const rules = ['economy', 'balanced', 'fast', 'sampled'] as const;
export type Rule = (typeof rules)[number];
export const ruleNames: Readonly<Record<Rule, string>> = {
  economy: 'Economy',
  balanced: 'Balanced',
  fast: 'Fast',
  sampled: 'Azure DevOps’ own rule',
};

export const numbers = [
  { name: 'maxCapacity', label: 'Maximum number of machines', least: 1, most: 1000 },
  { name: 'desiredIdle', label: 'Agents on standby', least: 0, most: 1000 },
  { name: 'timeToLiveMinutes', label: 'Idle delay in minutes', least: 1, most: 10_080 },
] as const;

export interface Draft {
  readonly maxCapacity: string;
  readonly desiredIdle: string;
  readonly timeToLiveMinutes: string;
  readonly recycleAfterEachUse: boolean;
  readonly rule: Rule;
}

type Settings = Readonly<Record<string, unknown>>;

export function draftOf(settings: Settings): Draft {
  const text = (name: string) => (typeof settings[name] === 'number' ? String(settings[name]) : '');
  return {
    maxCapacity: text('maxCapacity'),
    desiredIdle: text('desiredIdle'),
    timeToLiveMinutes: text('timeToLiveMinutes'),
    recycleAfterEachUse: settings.recycleAfterEachUse === true,
    rule: ruleOf(settings),
  };
}

function ruleOf(settings: Settings): Rule {
  const { policy, preset } = (settings.sizing ?? {}) as { readonly policy?: unknown; readonly preset?: unknown };
  if (policy === 'sampled') return 'sampled';
  return rules.find((rule) => rule === preset) ?? 'balanced';
}

/** What differs from the settings of the pool; a sentence where a number is none. */
export function editOf(draft: Draft, settings: Settings): SettingsEdit | string {
  const edit: SettingsEdit = {};
  for (const { name, label, least, most } of numbers) {
    const text = draft[name].trim();
    const value = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= least && value <= most))
      return `${label}: write a whole number from ${least} to ${most.toLocaleString()}.`;
    if (value !== settings[name]) edit[name] = value;
  }
  if (draft.recycleAfterEachUse !== settings.recycleAfterEachUse) edit.recycleAfterEachUse = draft.recycleAfterEachUse;
  if (draft.rule !== ruleOf(settings)) {
    if (draft.rule === 'sampled') edit.policy = 'sampled';
    else Object.assign(edit, { policy: 'eventDriven', preset: draft.rule });
  }
  return edit;
}
