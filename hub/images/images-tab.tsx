// The images of the pool: what each version is, who runs it, what was proven, and which one new machines get.
import { MessageCard, MessageCardSeverity } from 'azure-devops-ui/MessageCard';
import { useCallback } from 'react';
import type { ImagesView } from '../../contract/images.ts';
import { Empty, Loading, ProblemMessage, StaleMessage } from '../messages.tsx';
import type { TabProps } from '../pool/tab-props.ts';
import { Section } from '../section.tsx';
import { replace, useLive } from '../use-live.ts';
import { ImageCard } from './image-card.tsx';
import { ReportPage } from './report-page.tsx';
import { TokensCard } from './tokens-card.tsx';
import { ValidationsCard } from './validations-card.tsx';

const intervalMs = 5000;

export default function ImagesTab({ client, detail, item, onItem }: TabProps) {
  const { name } = detail.pool;
  const read = useCallback((signal: AbortSignal) => client.images(name, signal), [client, name]);
  const { data, problem, receivedAt, retry } = useLive<ImagesView>({ read, intervalMs, join: replace });
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
        <MessageCard severity={MessageCardSeverity.Info}>
          <span className="weir-anywhere">
            A job that names no image runs on <strong>{data.images[0]?.alias}</strong>, the first of{' '}
            {data.images.length}. One that needs another says so with a demand, such as{' '}
            <code>ImageOverride -equals {data.images[1]?.alias}</code>.
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
      <ValidationsCard client={client} pool={name} onReport={onItem} />
      <TokensCard client={client} pool={name} />
    </>
  );
}
