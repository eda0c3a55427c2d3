// Who changed the version of an image, when and why.
import type { PinHistoryEntry } from '../../contract/images.ts';
import { Moment } from '../moment.tsx';

const actions: Readonly<Record<PinHistoryEntry['action'], string>> = {
  pin: 'pinned',
  unpin: 'unpinned',
  rollback: 'rolled back',
  admitForRun: 'admitted for a run',
  stopped: 'stopped the rollout',
  fellBack: 'fell back',
  promoted: 'promoted',
};

export function ImageHistory({ history, now }: { readonly history: readonly PinHistoryEntry[]; readonly now: string }) {
  if (history.length === 0) return null;
  return (
    <details className="weir-inset">
      <summary>History ({history.length})</summary>
      <ol className="weir-plain">
        {history.map((one) => (
          <li key={`${one.revision} ${one.at}`}>
            <Moment at={one.at} now={now} /> · <bdi>{one.by}</bdi> {actions[one.action]}: {one.from ?? 'the newest'} →{' '}
            {one.to ?? 'the newest'}
            {one.isOverride ? ', without a passed validation' : ''}
            {one.reason === '' ? null : (
              <>
                , <bdi>“{one.reason}”</bdi>
              </>
            )}
          </li>
        ))}
      </ol>
    </details>
  );
}
