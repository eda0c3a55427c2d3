// One image: its versions, its rollout, its history, and what can be done with it.
import { Button } from 'azure-devops-ui/Button';
import { MessageCard, MessageCardSeverity } from 'azure-devops-ui/MessageCard';
import { useState } from 'react';
import type { ImageVersionView, ImageView } from '../../contract/images.ts';
import { DataTable, type Column } from '../data-table.tsx';
import { Empty } from '../messages.tsx';
import { Section } from '../section.tsx';
import type { HubClient } from '../service.ts';
import { AskValidation } from './ask-validation.tsx';
import { ImageHistory } from './image-history.tsx';
import { PinForm, type PinWish } from './pin-form.tsx';
import { replicationWords, sourceWords, verdictLabel } from './version-words.ts';
import { inARow } from '../apart.ts';

interface ImageCardProps {
  readonly client: HubClient;
  readonly pool: string;
  readonly image: ImageView;
  readonly now: string;
  readonly onReport: (validationId: string) => void;
  readonly onChanged: () => void;
}

const nothingBefore = 'There is no earlier version to go back to.';

export function ImageCard({ client, pool, image, now, onReport, onChanged }: ImageCardProps) {
  const [wish, setWish] = useState<PinWish | null>(null);
  const [asked, setAsked] = useState<string | null>(null);
  const wishFor = (next: PinWish): void => {
    setAsked(null);
    setWish(next);
  };
  const columns = columnsFor({
    onReport,
    onPin: (version) => wishFor({ action: 'pin', version }),
    onValidate: (version) => {
      setWish(null);
      setAsked(version);
    },
  });
  return (
    <Section
      title={inARow(image.aliases, ', ')}
      aside={<Changes image={image} onWish={wishFor} />}
      className="weir-image"
    >
      <p className="weir-secondary weir-inset">
        <bdi className="weir-anywhere" title={image.source}>
          {sourceWords(image.source)}
        </bdi>{' '}
        · {currentWords(image)}
      </p>
      {[image.banner, image.alarm].map((words) =>
        words === null ? null : (
          <MessageCard key={words} severity={MessageCardSeverity.Warning}>
            {words}
          </MessageCard>
        ),
      )}
      {image.rollout === null ? null : <p className="weir-inset">{image.rollout.words}</p>}
      {asked === null ? null : (
        <AskValidation
          {...{ client, pool, image: image.alias, version: asked, onReport }}
          key={asked}
          onClose={() => setAsked(null)}
        />
      )}
      {wish === null ? null : (
        <PinForm
          client={client}
          pool={pool}
          image={image}
          wish={wish}
          onClose={() => setWish(null)}
          onDone={() => {
            setWish(null);
            onChanged();
          }}
        />
      )}
      <Versions image={image} columns={columns} />
      <ImageHistory history={image.history} now={now} />
    </Section>
  );
}

interface ChangesProps {
  readonly image: ImageView;
  readonly onWish: (wish: PinWish) => void;
}

function Changes({ image, onWish }: ChangesProps) {
  return (
    <span className="weir-filters">
      {image.pinnedVersion === null ? null : (
        <Button subtle={true} text="Unpin" onClick={() => onWish({ action: 'unpin', version: null })} />
      )}
      {image.versions.length === 0 ? null : (
        <Button
          subtle={true}
          text="Roll back"
          disabled={image.rollback === null}
          {...(image.rollback === null ? { tooltipProps: { text: nothingBefore } } : {})}
          onClick={() => onWish({ action: 'rollback', version: null })}
        />
      )}
    </span>
  );
}

interface VersionsProps {
  readonly image: ImageView;
  readonly columns: readonly Column<ImageVersionView>[];
}

function Versions({ image, columns }: VersionsProps) {
  return image.versions.length === 0 ? (
    <Empty title="No versions">
      {image.kind === 'gallery' || image.kind === 'marketplace'
        ? 'Azure has not told the versions of this image yet.'
        : 'This kind of image has no versions: there is nothing to pin.'}
    </Empty>
  ) : (
    <DataTable
      label={`Versions of ${image.alias}`}
      columns={columns}
      rows={image.versions}
      keyOf={(one) => one.version}
      className="weir-versions"
    />
  );
}

function currentWords(image: ImageView): string {
  const { currentVersion, pinnedVersion, configured } = image;
  if (currentVersion === null) return 'new machines get what the image names';
  if (pinnedVersion !== null) return `pinned to ${pinnedVersion}`;
  return configured === 'latest' ? `follows the newest, now ${currentVersion}` : `the settings name ${configured}`;
}

interface VersionActions {
  readonly onReport: (validationId: string) => void;
  readonly onPin: (version: string) => void;
  readonly onValidate: (version: string) => void;
}

function columnsFor({ onReport, onPin, onValidate }: VersionActions): readonly Column<ImageVersionView>[] {
  return [
    {
      title: 'Version',
      className: 'weir-version',
      render: (one) => (
        <>
          <span className="weir-strong">{one.version}</span>
          <div className="weir-secondary">{marksOf(one).join(', ')}</div>
        </>
      ),
    },
    {
      title: 'State',
      className: 'weir-wide',
      render: (one) => (
        <>
          {replicationWords(one)}
          <div className="weir-secondary">
            {one.ageDays === null ? 'age unknown' : one.ageDays === 1 ? '1 day old' : `${one.ageDays} days old`}
          </div>
        </>
      ),
    },
    { title: 'Nodes', className: 'weir-number', render: (one) => String(one.nodes) },
    {
      title: 'Proven',
      className: 'weir-time',
      render: ({ validation }) =>
        validation === null ? (
          'not yet'
        ) : (
          <button type="button" className="weir-story" onClick={() => onReport(validation.validationId)}>
            {verdictLabel(validation.verdict)}
          </button>
        ),
    },
    {
      title: 'Action',
      className: 'weir-actions',
      render: (one) => (
        <span className="weir-filters">
          <Button
            subtle={true}
            text="Validate"
            ariaLabel={`Validate ${one.version}`}
            onClick={() => onValidate(one.version)}
          />
          {one.isPinned ? null : (
            <Button subtle={true} text="Pin" ariaLabel={`Pin ${one.version}`} onClick={() => onPin(one.version)} />
          )}
        </span>
      ),
    },
  ];
}

function marksOf(one: ImageVersionView): readonly string[] {
  return [
    one.isCurrent ? 'current' : null,
    one.isPinned ? 'pinned' : null,
    one.isLatest ? 'newest' : null,
    one.isLastKnownGood ? 'last known good' : null,
    one.exists ? null : 'gone from the gallery',
    ...one.admissions
      .filter(({ why }) => why === 'forRun' || why === 'canary')
      .map(({ why }) => (why === 'canary' ? 'canary' : 'admitted for a run')),
  ].filter((mark) => mark !== null);
}
