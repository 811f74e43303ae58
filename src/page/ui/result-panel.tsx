import { useVirtualizer } from '@tanstack/react-virtual';
import { lazy, type ReactNode, Suspense, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { cellsOf } from '../../engine/engine-api.ts';
import { useStore } from '../store/store.ts';
import { openResultTab, pin } from '../store/view.ts';
import { isNumeric } from '../view-model/event-cells.ts';
import { joinOperators } from '../view-model/join-operators.ts';
import { ribbonTables } from '../view-model/ribbon-tables.ts';
import { type TableRow, type TableView, tableView } from '../view-model/table-view.ts';
import { changesDone } from '../view-model/trace-index.ts';
import { type TabItem, Tabs } from './controls/tabs.tsx';
import { DataCell } from './data-cell.tsx';
import styles from './data-table.module.css';
import { NoOutputLine } from './no-output-line.tsx';
import { Gap } from './table-gap.tsx';
import { type Moment, useMoment, useStory } from './use-moment.ts';

/** What stands behind other tabs than the first, and what only few queries have, is loaded when it is opened. */
const VersionsPanel = lazy(async () => ({ default: (await import('./versions-panel.tsx')).VersionsPanel }));

const OperatorPanel = lazy(async () => ({ default: (await import('./operator-panel.tsx')).OperatorPanel }));
const EncodingsPanel = lazy(async () => ({
  default: (await import('./encodings-panel.tsx')).EncodingsPanel,
}));
const JoinPanel = lazy(async () => ({ default: (await import('./join-panel.tsx')).JoinPanel }));
const BatchPanel = lazy(async () => ({ default: (await import('./batch-panel.tsx')).BatchPanel }));

const ROW_HEIGHT = 26;
/** Longer tables are drawn only where they are looked at. */
const ROWS_PLAIN_MAX = 300;

/** The dynamic tables at the playhead, and the operator that was clicked. */
export function ResultPanel({ extra = [] }: { readonly extra?: readonly TabItem[] }) {
  const { t } = useTranslation();
  const moment = useMoment();
  const selected = useStore((facts) => facts.resultTab);
  const sinks = moment?.run.sinks ?? [];
  const tabs: TabItem[] = sinks.map(({ name }, index) => ({
    id: `sink-${index}`,
    title: sinks.length > 1 ? name : t('pane.table'),
    content: moment && <Table moment={moment} sink={index} />,
  }));
  if (tabs.length === 0) {
    tabs.push({
      id: 'sink-0',
      title: t('pane.table'),
      content: <p className={styles['empty']}>{t('result.noSink')}</p>,
    });
  }
  const add = (id: string, title: string, panel: ReactNode): void => {
    tabs.push({ id, title, content: <Suspense>{panel}</Suspense> });
  };
  add('operator', t('pane.operator'), <OperatorPanel />);
  add('encodings', t('pane.encodings'), <EncodingsPanel />);
  add('batch', t('pane.batch'), <BatchPanel />);
  if (moment && joinOperators(moment.run).length > 0)
    add('join', t('pane.join'), <JoinPanel moment={moment} />);
  if (moment && ribbonTables(moment.run).length > 0)
    add('versions', t('pane.versions'), <VersionsPanel moment={moment} />);
  return (
    <Tabs label={t('pane.result')} tabs={[...tabs, ...extra]} selected={selected} onSelect={openResultTab} />
  );
}

function Table({ moment, sink }: { readonly moment: Moment; readonly sink: number }) {
  const { t } = useTranslation();
  const { index, position } = moment;
  const view = useMemo(() => tableView(index, sink, position), [index, sink, position]);
  if (view.rows.length === 0 && view.columns.length === 0)
    return <p className={styles['empty']}>{t('result.empty')}</p>;
  return <Rows view={view} moment={moment} />;
}

function Rows({ view, moment }: { readonly view: TableView; readonly moment: Moment }) {
  const { t } = useTranslation();
  const scroll = useRef<HTMLDivElement>(null);
  const isLong = view.rows.length > ROWS_PLAIN_MAX;
  const virtual = useVirtualizer({
    count: isLong ? view.rows.length : 0,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 3,
  });
  const items = virtual.getVirtualItems();
  const shown = isLong ? items.map(({ index }) => view.rows[index]) : view.rows;
  const above = items[0]?.start ?? 0;
  const below = isLong ? virtual.getTotalSize() - (items.at(-1)?.end ?? 0) : 0;
  const width = view.columns.length;
  const story = useStory(moment);
  const { changes } = moment.index;
  const hotRows = useMemo(
    () => new Set([...(story?.changes ?? [])].map((change) => changes.row[change])),
    [story, changes],
  );
  return (
    // A region that scrolls has to be reachable by keyboard.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className={styles['scroll']} ref={scroll} tabIndex={0} role="region" aria-label={view.sink}>
      <table
        className={styles['table']}
        data-table={view.sink}
        data-size={view.size}
        aria-rowcount={view.rows.length + 1}
      >
        <thead>
          <tr>
            {view.columns.map((column, place) => (
              <th
                key={column.name}
                scope="col"
                title={column.type}
                className={`${isNumeric(column) ? styles['number'] : ''} ${view.key.includes(place) ? styles['key'] : ''}`}
              >
                {column.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {view.hidden > 0 && (
            <tr>
              <th className={styles['note']} colSpan={Math.max(1, width)}>
                {t('result.hidden', { count: view.hidden })}
              </th>
            </tr>
          )}
          <Gap height={above} width={width} />
          {shown.map(
            (row) =>
              row && <Row key={row.id} row={row} view={view} moment={moment} isHot={hotRows.has(row.row)} />,
          )}
          <Gap height={below} width={width} />
        </tbody>
      </table>
      {view.rows.length === 0 && (
        <>
          <p className={styles['empty']}>{t(`result.${emptiness(view, moment)}`)}</p>
          <NoOutputLine />
        </>
      )}
    </div>
  );
}

/** Why there is no row: none has come yet, none came at all, or all have gone again. */
function emptiness(
  { sink }: TableView,
  { run, index, position }: Moment,
): 'empty' | 'notYet' | 'none' | 'emptied' {
  const own = run.sinks.findIndex(({ name }) => name === sink);
  if (index.changes.sink.subarray(0, changesDone(index.changes, position)).includes(own)) return 'emptied';
  if (position === run.steps.count) return 'none';
  return position === 0 ? 'empty' : 'notYet';
}

function Row({
  row,
  view,
  moment,
  isHot,
}: {
  readonly row: TableRow;
  readonly view: TableView;
  readonly moment: Moment;
  readonly isHot: boolean;
}) {
  const cells = cellsOf(moment.index.slice, row.row);
  const before = row.beforeRow >= 0 ? cellsOf(moment.index.slice, row.beforeRow) : null;
  return (
    <tr
      // A row that changes again in the next step flashes again.
      key={row.state === 'kept' ? 'kept' : moment.position}
      className={styles['row']}
      data-row={row.id}
      data-state={row.state}
      data-hot={isHot}
      // By keyboard the same story is told from the log, whose rows can be reached.
      onClick={() => {
        const change = moment.index.changes.row.indexOf(row.row);
        if (change >= 0) pin({ kind: 'change', change });
      }}
    >
      {cells.map((cell, place) => {
        const column = view.columns[place];
        return (
          <DataCell
            key={column?.name ?? place}
            value={cell}
            isNumeric={column !== undefined && isNumeric(column)}
            before={before ? (before[place] ?? null) : undefined}
          />
        );
      })}
    </tr>
  );
}
