import { lazy, type ReactNode, Suspense, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Group, Panel, Separator } from 'react-resizable-panels';
import { problemsOf, refusalOf } from '../editor/document-problems.ts';
import { SqlEditor } from '../editor/sql-editor.tsx';
import { useStore } from '../store/store.ts';
import { openWorkTab } from '../store/view.ts';
import { speak } from '../words/words.ts';
import styles from './app.module.css';
import { isOutdated, NoticeBar, OddityBar, RunBar } from './bars.tsx';
import { type TabItem, Tabs } from './controls/tabs.tsx';
import { EventsPanel } from './events-panel.tsx';
import { ExplainPanel } from './explain-panel.tsx';
import { Header } from './header.tsx';
import { LogPanel } from './log-panel.tsx';
import { ProblemsPanel } from './problems-panel.tsx';
import { ResultPanel } from './result-panel.tsx';
import { SentenceLine } from './sentence-line.tsx';
import { StatusBar } from './status-bar.tsx';
import { TimelinePanel } from './timeline-panel.tsx';
import { Transport } from './transport.tsx';
import { LOW, NARROW, SLIM, TOUCH, useMedia } from './use-media.ts';
import { useShortcuts } from './use-shortcuts.ts';

/** With the graph layout, which the first paint does without. */
const PlanPanel = lazy(async () => ({ default: (await import('./plan-panel.tsx')).PlanPanel }));
const LazyHelp = lazy(async () => ({ default: (await import('./help-dialog.tsx')).HelpDialog }));

/** The whole page. */
export function App() {
  const language = useStore((facts) => facts.language);
  const dialog = useStore((facts) => facts.dialog);
  const isNarrow = useMedia(NARROW);
  useShortcuts();
  useEffect(() => void speak(language), [language]);
  return (
    <>
      <div className={styles['page']}>
        <Header />
        <NoticeBar />
        <main className={styles['main']}>{isNarrow ? <PhoneLayout /> : <WideLayout />}</main>
        {!isNarrow && <StatusBar />}
      </div>
      {dialog === 'help' && (
        <Suspense>
          <LazyHelp />
        </Suspense>
      )}
    </>
  );
}

interface PaneProps {
  readonly label: string;
  readonly className: string | undefined;
  readonly isDimmed?: boolean;
  readonly children: ReactNode;
}

/** A named part of the page; F6 leads from one to the next. */
function Pane({ label, className, isDimmed = false, children }: PaneProps) {
  return (
    <section aria-label={label} className={className} data-pane tabIndex={-1} data-dimmed={isDimmed}>
      {children}
    </section>
  );
}

function WideLayout() {
  const { t } = useTranslation();
  const isLow = useMedia(LOW);
  return (
    <Group orientation="horizontal" id="columns" className={styles['fill']}>
      <Panel defaultSize="36%" minSize="280px" id="script">
        {isLow ? <LowWork /> : <TallWork />}
      </Panel>
      <Separator className={styles['columnLine']} aria-label={t('app.resizeEditor')} />
      <Panel minSize="480px" id="pictures">
        <Pictures />
      </Panel>
    </Group>
  );
}

/** Editor above, events and the rest below. */
function TallWork() {
  const { t } = useTranslation();
  const workTab = useStore((facts) => facts.workTab);
  const isTouch = useMedia(TOUCH);
  return (
    <Group orientation="vertical" id="work" className={styles['fill']}>
      <Panel defaultSize="52%" minSize="120px" id="editor">
        <Pane label={t('pane.editor')} className={styles['fill']}>
          <SqlEditor isTouch={isTouch} />
        </Pane>
      </Panel>
      <Separator className={styles['rowLine']} aria-label={t('app.resizeWork')} />
      <Panel minSize="120px" id="work-tabs">
        <Pane label={t('pane.events')} className={styles['fill']}>
          <Tabs label={t('pane.events')} tabs={useWorkTabs()} selected={workTab} onSelect={openWorkTab} />
        </Pane>
      </Panel>
    </Group>
  );
}

/** Where there is little height, the editor is one of the tabs. */
function LowWork() {
  const { t } = useTranslation();
  const workTab = useStore((facts) => facts.workTab);
  const isTouch = useMedia(TOUCH);
  const editor: TabItem = {
    id: 'sql',
    title: t('pane.sql'),
    isKept: true,
    content: <SqlEditor isTouch={isTouch} />,
  };
  return (
    <Pane label={t('pane.editor')} className={styles['fill']}>
      <Tabs
        label={t('pane.editor')}
        tabs={[editor, ...useWorkTabs()]}
        selected={workTab}
        onSelect={openWorkTab}
      />
    </Pane>
  );
}

function useWorkTabs(): TabItem[] {
  const { t } = useTranslation();
  const count = useStore((facts) => problemsOf(facts).length);
  return [
    { id: 'events', title: t('pane.events'), content: <EventsPanel /> },
    { id: 'problems', title: t('pane.problems'), count, content: <ProblemsPanel /> },
    { id: 'explain', title: t('pane.explain'), content: <ExplainPanel /> },
  ];
}

/** Plan, player, timeline, result: from how it runs to what came out. */
function Pictures() {
  const { t } = useTranslation();
  const isDimmed = useStore(isOutdated);
  const isRefused = useStore((facts) => refusalOf(facts) !== null);
  const isSlim = useMedia(SLIM);
  const log: TabItem = { id: 'log', title: t('pane.log'), content: <LogPanel /> };
  return (
    <div className={styles['pictures']}>
      <RunBar />
      <OddityBar />
      <Pane label={t('pane.plan')} className={styles['plan']} isDimmed={isDimmed && !isRefused}>
        <Suspense>
          <PlanPanel />
        </Suspense>
      </Pane>
      <Pane label={t('pane.player')} className={styles['player']}>
        <Transport />
        <SentenceLine />
      </Pane>
      <Pane label={t('pane.timeline')} className={styles['timeline']} isDimmed={isDimmed}>
        <TimelinePanel />
      </Pane>
      <div className={styles['outcome']} data-dimmed={isDimmed}>
        <Pane label={t('pane.result')} className={styles['result']}>
          <ResultPanel {...(isSlim ? { extra: [log] } : {})} />
        </Pane>
        {!isSlim && (
          <Pane label={t('pane.log')} className={styles['log']}>
            <h2 className={styles['caption']}>{t('pane.log')}</h2>
            <div className={styles['body']}>
              <LogPanel />
            </div>
          </Pane>
        )}
      </div>
    </div>
  );
}

function PhoneLayout() {
  const { t } = useTranslation();
  const isDimmed = useStore(isOutdated);
  const tabs = useWorkTabs();
  const extra: TabItem[] = [
    { id: 'log', title: t('pane.log'), content: <LogPanel /> },
    {
      id: 'plan',
      title: t('pane.plan'),
      content: (
        <Suspense>
          <PlanPanel />
        </Suspense>
      ),
    },
    { id: 'sql', title: t('pane.sql'), content: <SqlEditor isTouch /> },
    ...tabs,
  ];
  return (
    <div className={styles['phone']}>
      <RunBar />
      <OddityBar />
      <Pane label={t('pane.player')} className={styles['sticky']}>
        <Transport />
      </Pane>
      <SentenceLine />
      <Pane label={t('pane.timeline')} className={styles['phoneTimeline']} isDimmed={isDimmed}>
        <TimelinePanel />
      </Pane>
      <Pane label={t('pane.result')} className={styles['phoneResult']}>
        <ResultPanel extra={extra} />
      </Pane>
    </div>
  );
}
