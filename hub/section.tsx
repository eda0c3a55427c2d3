// One card of a page: a heading, what belongs beside it, and the content.
import { useId, type ReactNode } from 'react';

interface SectionProps {
  readonly title: string;
  readonly count?: number;
  readonly aside?: ReactNode;
  readonly className?: string;
  readonly children: ReactNode;
}

export function Section({ title, count, aside, className = '', children }: SectionProps) {
  const id = useId();
  return (
    <section className={`weir-card bolt-card-white depth-8 ${className}`} aria-labelledby={id}>
      <div className="weir-card-head">
        <h2 id={id} className="title-s">
          {title}
          {count === undefined ? null : <span className="weir-count">{count}</span>}
        </h2>
        {aside}
      </div>
      {children}
    </section>
  );
}
