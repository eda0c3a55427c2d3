// One card of a page: a heading, what belongs beside it, and the content.
import { useId, type ReactNode } from 'react';
import { useTakenFocus } from './taken-focus.ts';

interface SectionProps {
  readonly title: string;
  readonly count?: number;
  readonly aside?: ReactNode;
  readonly className?: string;
  /** It opened because somebody asked for it. */
  readonly takesFocus?: boolean;
  /** Where it stands only once an answer has come: what had the focus when it was asked for. */
  readonly opener?: Element | null;
  readonly children: ReactNode;
}

export function Section({ title, count, aside, className = '', takesFocus = false, opener, children }: SectionProps) {
  const id = useId();
  const heading = useTakenFocus<HTMLHeadingElement>(takesFocus, opener);
  return (
    <section className={`weir-card bolt-card-white depth-8 ${className}`} aria-labelledby={id}>
      <div className="weir-card-head">
        <h2 ref={heading} id={id} className="title-s">
          {title}
          {count === undefined ? null : <span className="weir-count">{count}</span>}
        </h2>
        {aside}
      </div>
      {children}
    </section>
  );
}
