// Around a picture of the past: buttons and keys that zoom and move in time, and words for what is shown.
import { useEffect, useId, useLayoutEffect, useRef, type KeyboardEvent, type ReactNode } from 'react';
import { Button } from 'azure-devops-ui/Button';
import { moved, pastWords, writePast, zoomedIn, zoomedOut, type Past } from './past.ts';
import './time-frame.css';
import type { Look } from './use-look.ts';

interface TimeFrameProps {
  readonly look: Look;
  /** Of the picture. */
  readonly label: string;
  /** False while it is awaited: what stands below keeps its place meanwhile. */
  readonly hasPicture: boolean;
  /** The last question had no answer. */
  readonly isFailed: boolean;
  /** A change is read out once, however many pictures follow it. */
  readonly isTold?: boolean;
  readonly children: ReactNode;
}

const quarter = 0.25;
const help = 'Arrow keys move in time, plus and minus zoom, 0 shows the whole time.';

export function TimeFrame({ look, label, hasPicture, isFailed, isTold = false, children }: TimeFrameProps) {
  const id = useId();
  const frame = useHeldHeight(hasPicture);
  const { coming } = look;
  const words = pastWords(coming);
  const steps = stepsFrom(look);
  const onKeyDown = (event: KeyboardEvent): void => {
    // What is inside has keys of its own, and with these the keys are the browser's: it has a zoom too.
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
    const next = keyed(event.key, look);
    if (next === null) return;
    event.preventDefault();
    if (!isSame(next, coming)) look.step(next);
  };
  return (
    <>
      <div
        ref={frame}
        className="weir-frame"
        role="group"
        aria-busy={!hasPicture && !isFailed}
        aria-label={`${label}, ${words}`}
        aria-describedby={id}
        tabIndex={0}
        onKeyDown={onKeyDown}
      >
        {children}
      </div>
      <div className="weir-frame-tools" role="group" aria-label={`Time of ${label.toLowerCase()}`}>
        {steps.map(({ name, icon, next }) => (
          // A tooltip of azure-devops-ui would stand outside of the landmarks of the page.
          <span key={name} title={name}>
            <Button
              subtle={true}
              iconProps={{ iconName: icon }}
              ariaLabel={name}
              tooltipProps={{ text: name, disabled: true }}
              disabled={isSame(next, coming)}
              onClick={() => look.step(next)}
            />
          </span>
        ))}
        <Button
          subtle={true}
          text="Show the whole time"
          disabled={coming.part === null}
          onClick={() => look.show({ range: coming.range, part: null })}
        />
        <span className="weir-secondary" {...(isTold ? { role: 'status' } : {})}>
          {words}
        </span>
        <span id={id} className="weir-secondary weir-frame-help">
          {help}
        </span>
      </div>
    </>
  );
}

/** As high as the last picture was, until the next one is there. */
function useHeldHeight(hasPicture: boolean) {
  const frame = useRef<HTMLDivElement>(null);
  const height = useRef(0);
  useLayoutEffect(() => {
    if (frame.current !== null) frame.current.style.minHeight = hasPicture ? '' : `${height.current}px`;
  }, [hasPicture]);
  // After the picture itself is drawn, which has effects of its own.
  useEffect(() => {
    if (hasPicture) height.current = frame.current?.offsetHeight ?? 0;
  });
  return frame;
}

function stepsFrom({ coming, now }: Look) {
  const clock = now.current ?? '';
  return [
    { name: 'Earlier', icon: 'ChevronLeft', next: moved(coming, -quarter, clock) },
    { name: 'Later', icon: 'ChevronRight', next: moved(coming, quarter, clock) },
    { name: 'Zoom in', icon: 'ZoomIn', next: zoomedIn(coming, clock) },
    { name: 'Zoom out', icon: 'ZoomOut', next: zoomedOut(coming, clock) },
  ] as const;
}

/** Null for a key that means nothing here. */
function keyed(key: string, { coming, now }: Look): Past | null {
  const clock = now.current ?? '';
  switch (key) {
    case 'ArrowLeft':
      return moved(coming, -quarter, clock);
    case 'ArrowRight':
      return moved(coming, quarter, clock);
    case '+':
    case '=':
      return zoomedIn(coming, clock);
    case '-':
      return zoomedOut(coming, clock);
    case '0':
      return { range: coming.range, part: null };
    default:
      return null;
  }
}

function isSame(one: Past, other: Past): boolean {
  return writePast(one) === writePast(other);
}
