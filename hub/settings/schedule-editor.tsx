// Standby by the clock: whether there is a schedule, in which time zone, and the week to paint.
import { Button } from 'azure-devops-ui/Button';
import { useId, useState } from 'react';
import { FieldRow } from './field-row.tsx';
import type { FieldFault } from './local-check.ts';
import type { Field } from './form-field.ts';
import { countAt, daysOf, hourSeconds, isSchedule, paint, stepsOf, type Schedule, type Step } from './week.ts';
import { ownZone, TimeZoneChoice } from './time-zone.tsx';
import { secondOf, WeekGrid, type Block } from './week-grid.tsx';

interface ScheduleEditorProps {
  readonly field: Field;
  readonly value: unknown;
  readonly standby: number;
  readonly faults: readonly FieldFault[];
  readonly onChange: (schedule: Schedule | null) => void;
}

export function ScheduleEditor({ field, value, standby, faults, onChange }: ScheduleEditorProps) {
  const schedule = isSchedule(value) ? value : null;
  const begin = (): Schedule => {
    const steps = paint([{ second: 0, count: 0 }], 0, 7 * 24 * hourSeconds, standby);
    return { timeZone: ownZone(), days: daysOf(steps) };
  };
  return (
    <FieldRow path={field.path} label={field.label} help={field.help} faults={faults} isGroup={true}>
      {({ id }) => (
        <div className="weir-schedule">
          <label className="weir-check">
            <input
              type="checkbox"
              role="switch"
              id={`${id}on`}
              checked={schedule !== null}
              onChange={({ target }) => onChange(target.checked ? begin() : null)}
            />
            The standby follows the clock
          </label>
          {schedule === null ? null : <Week schedule={schedule} onChange={onChange} />}
        </div>
      )}
    </FieldRow>
  );
}

function Week({ schedule, onChange }: { readonly schedule: Schedule; readonly onChange: (next: Schedule) => void }) {
  const id = useId();
  const [brush, setBrush] = useState('1');
  const steps = stepsOf(schedule);
  const count = Math.min(1000, Math.max(0, Math.trunc(Number(brush)) || 0));
  const write = (next: readonly Step[]): void => onChange({ ...schedule, days: daysOf(next) });
  return (
    <>
      <div className="weir-filters">
        <TimeZoneChoice value={schedule.timeZone} onChange={(timeZone) => onChange({ ...schedule, timeZone })} />
        <span className="weir-secondary">{nowThere(schedule.timeZone, steps)}</span>
      </div>
      <div className="weir-filters">
        <span className="weir-choice">
          <label htmlFor={`${id}brush`}>Standby to paint</label>
          <input
            id={`${id}brush`}
            className="weir-input weir-input-number"
            inputMode="numeric"
            value={brush}
            onChange={({ target }) => setBrush(target.value.replace(/\D/g, '').slice(0, 4))}
          />
        </span>
        <Button text="Weekdays, 8 to 18" onClick={() => write(weekdays(steps, count))} />
        <Button text="All week" onClick={() => write(paint(steps, 0, 7 * 24 * hourSeconds, count))} />
      </div>
      <WeekGrid
        steps={steps}
        label="Standby of the week: arrow keys walk, Shift selects, Enter paints"
        onPaint={(block) => write(paintBlock(steps, block, count))}
      />
      <p className="weir-secondary">
        Press and drag, or use the arrow keys with Shift and then Enter. A star marks an hour in which the number
        changes.
      </p>
    </>
  );
}

function paintBlock(steps: readonly Step[], { from, to }: Block, count: number): readonly Step[] {
  const [firstDay, lastDay] = [Math.min(from.day, to.day), Math.max(from.day, to.day)];
  const [first, last] = [Math.min(from.hour, to.hour), Math.max(from.hour, to.hour)];
  const days = Array.from({ length: lastDay - firstDay + 1 }, (_, index) => firstDay + index);
  return days.reduce((painted, day) => {
    const start = secondOf({ day, hour: first });
    return paint(painted, start, start + (last - first + 1) * hourSeconds, count);
  }, steps);
}

function weekdays(steps: readonly Step[], count: number): readonly Step[] {
  return paintBlock(steps, { from: { day: 0, hour: 8 }, to: { day: 4, hour: 17 } }, count);
}

function nowThere(timeZone: string, steps: readonly Step[]): string {
  try {
    const now = new Date();
    const day = new Intl.DateTimeFormat('en-GB', { timeZone, weekday: 'long' }).format(now);
    const clock = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' }).format(now);
    const [hours = 0, minutes = 0] = clock.split(':').map(Number);
    const second = sundayFirst.indexOf(day) * 24 * hourSeconds + hours * hourSeconds + minutes * 60;
    return `Now it is ${day} ${clock} there: standby ${countAt(steps, second)}.`;
  } catch {
    // This browser does not know the zone; whether it is one is the service's to say.
    return 'This browser does not know this time zone.';
  }
}

const sundayFirst = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
