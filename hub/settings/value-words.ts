// The value of a field as a person says it: for the table that shows both versions, and for the list of changes.
import { isDocument, valueAt, type Document } from './document.ts';
import type { Field } from './form-field.ts';
import { isSchedule, stepsOf } from './week.ts';

export function valueWords(document: Document, field: Field): string {
  if (field.path === 'recycleAfterEachUse') return reuseWords(document);
  if (field.path === 'schedule') return scheduleWords(document.schedule);
  if (field.path === 'images') return imagesWords(document.images);
  const value = valueAt(document, field.path);
  if (field.path === 'disruption.blocked' && isDocument(value))
    return `${String(value.from)} to ${String(value.to)}, ${String(value.timeZone)}`;
  if (value === null || value === undefined || value === '') return 'none';
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(String).join(', ');
  if (typeof value !== 'string' && typeof value !== 'number') return JSON.stringify(value);
  const words = field.names?.[String(value)] ?? presets[String(value)] ?? String(value);
  return field.unit === undefined ? words : `${words} ${field.unit}`;
}

const presets: Readonly<Record<string, string>> = { economy: 'Economy', balanced: 'Balanced', fast: 'Fast' };

function reuseWords({ recycleAfterEachUse, profile }: Document): string {
  if (recycleAfterEachUse !== false) return 'on';
  if (!isDocument(profile)) return 'off';
  return `off, at most ${String(profile.maxAgentLifetimeHours)} h old, ${String(profile.gracePeriodMinutes)} min after the last job`;
}

function scheduleWords(schedule: unknown): string {
  if (!isSchedule(schedule)) return 'none';
  const counts = stepsOf(schedule).map(({ count }) => count);
  if (counts.length === 0) return `nothing all week, ${schedule.timeZone}`;
  const changes = counts.length === 1 ? 'one number all week' : `${counts.length} changes a week`;
  return `${changes}, ${Math.min(...counts)} to ${Math.max(...counts)} agents, ${schedule.timeZone}`;
}

function imagesWords(images: unknown): string {
  if (!Array.isArray(images) || images.length === 0) return "the scale set's own";
  return images
    .filter(isDocument)
    .map(({ aliases, version }) => {
      const [name = 'unnamed'] = Array.isArray(aliases) ? aliases.map(String) : [];
      return version === 'latest' ? name : `${name} ${String(version)}`;
    })
    .join(', ');
}
