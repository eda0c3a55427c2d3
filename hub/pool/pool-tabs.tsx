// The pages of one pool as tabs. Each is a file of its own; a tab appears here when it can show something.
import { Tab, TabBar, TabSize } from 'azure-devops-ui/Tabs';
import { lazy, Suspense, type ReactNode } from 'react';
import { Loading } from '../messages.tsx';
import type { PoolTab } from '../route.ts';
import { DecisionsTab } from './decisions-tab.tsx';
import { JobsTab } from './jobs-tab.tsx';
import { Overview } from './overview.tsx';
import type { TabProps } from './tab-props.ts';

// Loaded when they are opened: a page that is looked at all day stays small.
const NodesTab = lazy(() => import(/* webpackChunkName: "nodes" */ '../nodes/nodes-tab.tsx'));
const ImagesTab = lazy(() => import(/* webpackChunkName: "images" */ '../images/images-tab.tsx'));
const AdmissionTab = lazy(() => import(/* webpackChunkName: "admission" */ '../admission/admission-tab.tsx'));
const SettingsTab = lazy(() => import(/* webpackChunkName: "settings" */ '../settings/settings-tab.tsx'));
const ChecksTab = lazy(() => import(/* webpackChunkName: "checks" */ '../checks/checks-tab.tsx'));
const WhatIfTab = lazy(() => import(/* webpackChunkName: "what-if" */ '../what-if/what-if-tab.tsx'));

const tabs: readonly { readonly id: PoolTab; readonly name: string; readonly draw: (props: TabProps) => ReactNode }[] =
  [
    { id: 'overview', name: 'Overview', draw: (props) => <Overview {...props} /> },
    { id: 'jobs', name: 'Jobs', draw: (props) => <JobsTab {...props} /> },
    { id: 'nodes', name: 'Nodes', draw: (props) => <NodesTab {...props} /> },
    { id: 'images', name: 'Images', draw: (props) => <ImagesTab {...props} /> },
    { id: 'admission', name: 'Admission', draw: (props) => <AdmissionTab {...props} /> },
    { id: 'decisions', name: 'Decisions', draw: (props) => <DecisionsTab {...props} /> },
    { id: 'whatif', name: 'What if', draw: (props) => <WhatIfTab {...props} /> },
    { id: 'checks', name: 'Checks', draw: (props) => <ChecksTab {...props} /> },
    { id: 'settings', name: 'Settings', draw: (props) => <SettingsTab {...props} /> },
  ];

interface PoolTabsProps extends TabProps {
  readonly tab: PoolTab;
}

export function PoolTabs({ tab, ...props }: PoolTabsProps) {
  const { onTab } = props;
  const shown = tabs.find((one) => one.id === tab) ?? tabs[0];
  return (
    <>
      <TabBar
        className="weir-tabs"
        tabSize={TabSize.Tall}
        selectedTabId={shown?.id ?? 'overview'}
        onSelectedTabChanged={(id) => onTab(tabs.find((one) => one.id === id)?.id ?? 'overview')}
        disableSticky={true}
      >
        {tabs.map(({ id, name }) => (
          <Tab key={id} id={id} name={name} />
        ))}
      </TabBar>
      <Suspense fallback={<Loading what={shown?.name ?? ''} />}>{shown?.draw(props)}</Suspense>
    </>
  );
}
