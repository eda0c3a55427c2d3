// Who saved the settings that stand there now, and when.
import type { SettingsView } from '../../contract/service.ts';
import { Moment } from '../moment.tsx';

interface SavedWordsProps {
  readonly settings: Pick<SettingsView, 'savedBy' | 'savedAt' | 'isManagedByFile'>;
  /** The service's clock. */
  readonly now: string;
}

/** The first words of a sentence: "Ada saved other settings 3 min ago". A service of the release before names nobody. */
export function SavedWords({ settings, now }: SavedWordsProps) {
  const { savedBy, savedAt, isManagedByFile } = settings;
  if (isManagedByFile) return <>The configuration file of the service brought other settings</>;
  if (savedBy == null || savedAt == null) return <>Somebody saved other settings meanwhile</>;
  return (
    <>
      <bdi className="weir-anywhere">{savedBy}</bdi> saved other settings <Moment at={savedAt} now={now} />
    </>
  );
}
