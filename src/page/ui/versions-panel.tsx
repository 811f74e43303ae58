import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useDeferredValue, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { cellsOf } from '../../engine/engine-api.ts';
import { LANE_HEIGHT, Ribbon, RibbonRuler } from '../pictures/ribbons.tsx';
import { isNumeric } from '../view-model/event-cells.ts';
import { clockText } from '../view-model/format.ts';
import {
  type RibbonHistory,
  type RibbonLane,
  ribbonHistory,
  versionAsOf,
} from '../view-model/ribbon-history.ts';
import { ribbonTables } from '../view-model/ribbon-tables.ts';
import {
  asOfMs,
  laneView,
  type RibbonColumns,
  type RibbonFrame,
  ribbonColumns,
  ribbonFrame,
  ribbonWatermark,
} from '../view-model/ribbons.ts';
import { xOf } from '../view-model/ruler.ts';
import { AsOfLine, useAsOfDrag } from './as-of-line.tsx';
import { Button } from './controls/button.tsx';
import { DataCell } from './data-cell.tsx';
import tableStyles from './data-table.module.css';
import { Gap } from './table-gap.tsx';
import type { Moment } from './use-moment.ts';
import { useSize } from './use-size.ts';
import styles from './versions-panel.module.css';

/** More lanes are drawn only where they are looked at. */
const LANES_PLAIN_MAX = 12;
/** Of so few lanes each has room for the names of the rows that ask. */
const LANES_NAMED_MAX = 4;

/** The versions of a temporal table as ribbons, the rows that ask for them, and the table as of any time. */
export function VersionsPanel({ moment }: { readonly moment: Moment }) {
  const { t } = useTranslation();
  const [chosen, choose] = useState(0);
  const tables = ribbonTables(moment.run);
  const table = tables[chosen] ?? tables[0];
  if (!table) return null;
  const choice = tables.length > 1 && (
    <select
      className={styles['choice']}
      aria-label={t('ribbons.choose')}
      value={tables.indexOf(table)}
      onChange={(event) => choose(Number(event.target.value))}
    >
      {tables.map(({ name, operator }, place) => (
        <option key={operator} value={place}>
          {name}
        </option>
      ))}
    </select>
  );
  return <Versions moment={moment} history={ribbonHistory(moment.index, table)} choice={choice} />;
}

interface VersionsProps {
  readonly moment: Moment;
  readonly history: RibbonHistory;
  readonly choice: ReactNode;
}

function Versions({ moment, history, choice }: VersionsProps) {
  const { t } = useTranslation();
  const { index, position } = moment;
  const [scroll, size] = useSize<HTMLDivElement>();
  const [wantedMs, want] = useState<number | null>(null);
  const width = useDeferredValue(size.width);
  const columns = useMemo(() => ribbonColumns(index, history, width), [index, history, width]);
  const frame = useMemo(() => ribbonFrame(history, columns.ribbon), [history, columns]);
  const watermark = ribbonWatermark(frame, index, position);
  const ms = asOfMs(frame, wantedMs, watermark.ms);
  const drag = useAsOfDrag(frame, columns.key, want);
  const { table } = history;
  const label = t('ribbons.label', { table: table.name });
  const isWhole = index.slice.to - index.slice.from >= moment.run.steps.count;
  return (
    <div className={styles['panel']} data-versions={table.name} data-as-of-ms={ms}>
      <div className={styles['head']}>
        {choice}
        <Legend hasProbes={table.probes !== null} />
        {wantedMs !== null && (
          <Button look="ghost" onPress={() => want(null)}>
            {t('ribbons.follow')}
          </Button>
        )}
      </div>
      {/* A region that scrolls has to be reachable by keyboard. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className={styles['scroll']} ref={scroll} tabIndex={0} role="region" aria-label={label}>
        {width > 0 && (
          <div className={styles['content']} style={{ width: columns.total }} {...drag}>
            <WatermarkShadow left={columns.key} width={columns.ribbon} ms={watermark.ms} x={watermark.x} />
            <Lanes moment={moment} frame={frame} columns={columns} scroll={scroll} asOf={ms} />
            <AsOfLine
              moment={moment}
              frame={frame}
              ms={ms}
              left={columns.key + xOf(frame.scale, ms)}
              onMove={want}
            />
          </div>
        )}
        {!isWhole && (
          <p className={styles['note']}>
            {t('ribbons.part', { from: index.slice.from + 1, to: index.slice.to })}
          </p>
        )}
        {history.lanes.length === 0 && <p className={styles['note']}>{t('ribbons.none')}</p>}
      </div>
    </div>
  );
}

interface WatermarkShadowProps {
  readonly left: number;
  readonly width: number;
  readonly ms: number;
  readonly x: number;
}

/** What the watermark has passed. Two layers that are only moved: the hatch is drawn once. */
function WatermarkShadow({ left, width, ms, x }: WatermarkShadowProps) {
  if (Number.isNaN(ms)) return null;
  return (
    <div className={styles['passed']} style={{ left, width }} data-watermark-ms={ms}>
      <div className={styles['cover']} style={{ transform: `translateX(${x - width}px)` }}>
        <div className={styles['hatch']} style={{ transform: `translateX(${width - x}px)` }} />
      </div>
    </div>
  );
}

function Legend({ hasProbes }: { readonly hasProbes: boolean }) {
  const { t } = useTranslation();
  if (!hasProbes) return <p className={styles['legend']}>{t('ribbons.help')}</p>;
  return (
    <ul className={styles['legend']}>
      <li data-mark="waiting">{t('ribbons.waits')}</li>
      <li data-mark="landed">{t('ribbons.read')}</li>
      <li data-mark="nothing">{t('ribbons.nothing')}</li>
      <li data-mark="freed">{t('ribbons.freed')}</li>
    </ul>
  );
}

interface LanesProps {
  readonly moment: Moment;
  readonly frame: RibbonFrame;
  readonly columns: RibbonColumns;
  readonly scroll: { readonly current: HTMLDivElement | null };
  readonly asOf: number;
}

/** One row a key: the key, its ribbon, and what the table says of it as of the line. */
function Lanes({ moment, frame, columns, scroll, asOf }: LanesProps) {
  const { t } = useTranslation();
  const { history } = frame;
  const { lanes, table } = history;
  const hasNames = table.probes !== null && lanes.length <= LANES_NAMED_MAX;
  const isLong = lanes.length > LANES_PLAIN_MAX;
  const virtual = useVirtualizer({
    count: isLong ? lanes.length : 0,
    getScrollElement: () => scroll.current,
    estimateSize: () => LANE_HEIGHT + 1,
    overscan: 1,
  });
  const items = virtual.getVirtualItems();
  const shown = isLong ? items.map((item) => lanes[item.index]) : lanes;
  const above = items[0]?.start ?? 0;
  const below = isLong ? virtual.getTotalSize() - (items.at(-1)?.end ?? 0) : 0;
  const names = (places: readonly number[]) => places.map((place) => table.columns[place]?.name ?? '');
  const width = 3 + table.values.length;
  return (
    <table className={styles['lanes']} data-names={hasNames} aria-rowcount={lanes.length + 1}>
      <colgroup>
        <col style={{ width: columns.key }} />
        <col style={{ width: columns.ribbon }} />
        {columns.values.map((pixels, place) => (
          <col key={table.values[place]} style={{ width: pixels }} />
        ))}
        <col style={{ width: columns.since }} />
      </colgroup>
      <thead>
        <tr>
          <th scope="col">{names(table.key).join(', ')}</th>
          <th scope="col" className={styles['ruler']} aria-label={t('ribbons.time')}>
            <RibbonRuler frame={frame} width={columns.ribbon} lineX={xOf(frame.scale, asOf)} />
          </th>
          {names(table.values).map((name) => (
            <th key={name} scope="col" title={name}>
              {name}
            </th>
          ))}
          <th scope="col">{t('ribbons.since')}</th>
        </tr>
      </thead>
      <tbody>
        <Gap height={above} width={width} />
        {shown.map(
          (lane) =>
            lane && (
              <Lane
                key={JSON.stringify(lane.key)}
                lane={lane}
                moment={moment}
                frame={frame}
                width={columns.ribbon}
                asOf={asOf}
                hasNames={hasNames}
              />
            ),
        )}
        <Gap height={below} width={width} />
      </tbody>
    </table>
  );
}

interface LaneProps {
  readonly lane: RibbonLane;
  readonly moment: Moment;
  readonly frame: RibbonFrame;
  readonly width: number;
  readonly asOf: number;
  readonly hasNames: boolean;
}

function Lane({ lane, moment, frame, width, asOf, hasNames }: LaneProps) {
  const { index, position } = moment;
  const { table } = frame.history;
  const view = laneView(frame, index, lane, position);
  const version = versionAsOf(lane, position, asOf);
  const cells = version ? cellsOf(index.slice, version.row) : null;
  const key = lane.key.map((cell) => cell ?? 'NULL').join(', ');
  return (
    <tr data-lane={key} data-present={version !== null}>
      <th scope="row" title={key}>
        {key}
      </th>
      <td className={styles['track']}>
        <Ribbon frame={frame} index={index} view={view} width={width} hasNames={hasNames} />
      </td>
      {table.values.map((place) => {
        const column = table.columns[place];
        if (!cells) return <td key={place} />;
        return (
          <DataCell
            key={place}
            value={cells[place] ?? null}
            isNumeric={column !== undefined && isNumeric(column)}
          />
        );
      })}
      <td className={tableStyles['null']}>{version && clockText(version.ms, frame.withDate)}</td>
    </tr>
  );
}
