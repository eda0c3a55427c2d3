// The images of the pool: what each version is, who runs it, what was proven, and which one new machines get.
import { Button } from 'azure-devops-ui/Button';
import { MessageCard, MessageCardSeverity } from 'azure-devops-ui/MessageCard';
import { useCallback } from 'react';
import type { ImagesView } from '../../contract/images.ts';
import { Empty, Loading, ProblemMessage, StaleMessage } from '../messages.tsx';
import type { TabProps } from '../pool/tab-props.ts';
import { Section } from '../section.tsx';
import { replace, useLive } from '../use-live.ts';
import { GuidePage } from './guide-page.tsx';
import { ImageCard } from './image-card.tsx';
import { ReportPage } from './report-page.tsx';
import { TokensCard } from './tokens-card.tsx';
import { ValidationsCard } from './validations-card.tsx';

const intervalMs = 5000;
/** In the place of a report; ids of reports are longer. */
const guideItem = 'guide';

export default function ImagesTab({ client, detail, item, onItem }: TabProps) {
  const { name } = detail.pool;
  const read = useCallback((signal: AbortSignal) => client.images(name, signal), [client, name]);
  const { data, problem, receivedAt, retry } = useLive<ImagesView>({ read, intervalMs, join: replace });
  if (item === guideItem) return <GuidePage client={client} pool={detail.pool} onBack={() => onItem(null)} />;
  if (item !== null) return <ReportPage client={client} pool={name} validationId={item} onBack={() => onItem(null)} />;
  if (data === null)
    return problem === null ? <Loading what="the images" /> : <ProblemMessage problem={problem} retry={retry} />;
  return (
    <>
      {problem === null || receivedAt === null ? null : (
        <StaleMessage problem={problem} receivedAt={receivedAt} retry={retry} />
      )}
      {data.problems.map((words) => (
        <MessageCard key={words} severity={MessageCardSeverity.Warning}>
          {words}
        </MessageCard>
      ))}
      {data.images.length < 2 ? null : (
        <MessageCard severity={MessageCardSeverity.Warning}>
          <span className="weir-anywhere">
            A job that names no image is meant for <strong>{data.images[0]?.alias}</strong>, the first of{' '}
            {data.images.length}, but Azure DevOps may give it to any machine of this pool, because it demands nothing
            that the others lack. Let every job name its image, also those for the first:{' '}
            <code>ImageOverride -equals {data.images[0]?.alias}</code>. The tab Checks counts the jobs that did not.
          </span>
        </MessageCard>
      )}
      {data.images.length === 0 ? (
        <Section title="Images">
          <Empty title="This pool names no image">
            Its machines are of the image that the scale set names. Add images to the settings of the pool to serve
            several from one pool, to pin versions and to prove new ones before jobs depend on them.
          </Empty>
        </Section>
      ) : null}
      {data.images.map((image) => (
        <ImageCard
          key={image.alias}
          client={client}
          pool={name}
          image={image}
          now={data.now}
          onReport={onItem}
          onChanged={retry}
        />
      ))}
      <Section title="An image of your own">
        <p className="weir-inset">
          From a virtual machine to an image with your software and your disk size, step by step, with the commands for
          your shell.
        </p>
        <p className="weir-inset">
          <Button text="Show me how" onClick={() => onItem(guideItem)} />
        </p>
      </Section>
      <ValidationsCard client={client} pool={name} onReport={onItem} />
      <TokensCard client={client} pool={name} />
    </>
  );
}
