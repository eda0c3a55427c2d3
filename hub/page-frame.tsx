// What every page has: the one main landmark, a heading, a sentence under it, and the way back.
import type { ReactNode } from 'react';
import { Header, TitleSize } from 'azure-devops-ui/Header';
import { Page } from 'azure-devops-ui/Page';

export interface Command {
  readonly id: string;
  readonly text: string;
  readonly onClick: () => void;
}

interface PageFrameProps {
  readonly title: string;
  readonly description?: ReactNode;
  readonly onBack?: () => void;
  /** Buttons at the right of the heading. */
  readonly commands?: readonly Command[];
  readonly children: ReactNode;
}

export function PageFrame({ title, description, onBack, commands = [], children }: PageFrameProps) {
  const back = onBack === undefined ? {} : { backButtonProps: { onClick: onBack, ariaLabel: 'Back to all pools' } };
  return (
    <main className="weir-main">
      <Page className="flex-grow">
        <Header
          title={
            <bdi className="weir-title" title={title} data-title="">
              {title}
            </bdi>
          }
          titleSize={TitleSize.Large}
          description={description}
          commandBarItems={commands.map(({ id, text, onClick }) => ({
            id,
            text,
            onActivate: onClick,
            important: true,
          }))}
          {...back}
        />
        <div className="weir-content">{children}</div>
      </Page>
    </main>
  );
}
