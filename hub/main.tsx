// The entry of the hub: shakes hands with the page around it, then draws. Without StrictMode on purpose, because
// azure-devops-ui's Observer does not survive being unmounted twice (hub-and-tasks.md 2.1).
import 'azure-devops-ui/Core/override.css';
import { SurfaceBackground, SurfaceContext } from 'azure-devops-ui/Surface';
import type { ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { followContrast } from './contrast.ts';
import { ErrorBoundary } from './error-boundary.tsx';
import { connect, showLoaded } from './host.ts';
import { keepFocus } from './kept-focus.ts';
import './hub.css';
import './parts.css';
import './data-table.css';
import './messages.css';
import './pool/pool.css';
import './pool/past.css';
import './contrast.css';
import { ProblemMessage } from './messages.tsx';
import { PageFrame } from './page-frame.tsx';
import { PersonPreferences } from './preferences.tsx';
import { toProblem } from './problem.ts';
import { RunTab } from './run/run-tab.tsx';

/** A slow host may take a while; a page that is not in a frame has no host at all. */
const patienceMs = window.parent === window ? 500 : 20_000;

followContrast(window);
keepFocus(document);
void start(document.getElementById('hub') ?? document.body);

async function start(mount: HTMLElement): Promise<void> {
  const root = createRoot(mount);
  const draw = (page: ReactNode): void =>
    root.render(
      <SurfaceContext.Provider value={{ background: SurfaceBackground.neutral }}>
        <ErrorBoundary>{page}</ErrorBoundary>
      </SurfaceContext.Provider>,
    );
  try {
    const host = await connect(patienceMs);
    draw(
      <PersonPreferences.Provider value={host.preferences ?? null}>
        {host.onRun === undefined ? <App host={host} /> : <RunTab host={host} />}
      </PersonPreferences.Provider>,
    );
  } catch (cause) {
    draw(
      <PageFrame title="Elastic agents">
        <ProblemMessage problem={toProblem(cause)} />
      </PageFrame>,
    );
  }
  showLoaded();
}
