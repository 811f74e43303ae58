import { useVirtualizer } from '@tanstack/react-virtual';
import type { TFunction } from 'i18next';
import { GripVertical, Plus, Timer, Trash2 } from 'lucide-react';
import {
  type KeyboardEvent,
  memo,
  type PointerEvent,
  type RefObject,
  useEffect,
  useMemo,
  useRef,
} from 'react';
import { useTranslation } from 'react-i18next';
import type { ColumnInfo, RowKind, TableInfo } from '../../engine/engine-api.ts';
import { addEvent, addPause, changeEvent, moveEvent, removeEvent, setEnd } from '../store/document.ts';
import { jump } from '../store/player.ts';
import { type PageEvent, useStore } from '../store/store.ts';
import { pin, point } from '../store/view.ts';
import { cellText, isNumeric, readCell } from '../view-model/event-cells.ts';
import { firstStepOfTurn, inputAt } from '../view-model/trace-index.ts';
import { messageWords } from '../words/words.ts';
import { Button } from './controls/button.tsx';
import { Cell } from './event-cell.tsx';
import styles from './events-panel.module.css';
import { Gap } from './table-gap.tsx';

const ROW_HEIGHT = 28;
/** Text fields are dear to paint, so already a list of middling length is drawn only where it is looked at. */
const ROWS_PLAIN_MAX = 40;

/** The rows that will arrive, to be changed by hand. */
export function EventsPanel() {
  const { t } = useTranslation();
  const events = useStore((facts) => facts.events);
  const tables = useStore((facts) => facts.checked?.tables ?? facts.result?.run.tables ?? NO_TABLES);
  const current = useStore((facts) =>
    facts.result ? inputAt(facts.result.run, facts.shown, facts.result.document.events.length) : -1,
  );
  const failure = useStore((facts) =>
    facts.result?.document.events === facts.events ? facts.result.run.failure : null,
  );
  const scroll = useRef<HTMLDivElement>(null);
  const shape = useMemo(() => shapeOf(tables, events), [tables, events]);
  const isLong = events.length > ROWS_PLAIN_MAX;
  const virtual = useVirtualizer({
    count: isLong ? events.length : 0,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 6,
  });
  const items = virtual.getVirtualItems();
  const inputs = isLong ? items.map(({ index }) => index) : events.map((_, index) => index);
  const width = shape.columns.length + 6;
  useFollowing(scroll, current);
  const addTo = shape.inputTables[0];

  return (
    <div className={styles['panel']}>
      <div className={styles['scroll']} ref={scroll}>
        <table className={styles['table']} data-events aria-rowcount={events.length + 1}>
          <thead>
            <tr>
              <th scope="col">{t('events.number')}</th>
              <th scope="col">{t('events.arrival')}</th>
              {shape.hasTables && <th scope="col">{t('events.table')}</th>}
              {shape.hasPartitions && <th scope="col">{t('events.partition')}</th>}
              {shape.hasKinds && <th scope="col">{t('events.kind')}</th>}
              {shape.columns.map((column) => (
                <th key={column} scope="col">
                  {column}
                </th>
              ))}
              <td />
            </tr>
          </thead>
          <tbody>
            <Gap height={isLong ? (items[0]?.start ?? 0) : 0} width={width} />
            {inputs.map((input) => {
              const event = events[input];
              if (!event) return null;
              const isAtFault = failure?.input === input;
              return (
                <EventRow
                  key={event.id}
                  event={event}
                  input={input}
                  shape={shape}
                  isCurrent={input === current}
                  failedColumn={isAtFault ? (failure.column ?? '') : null}
                  failure={isAtFault ? messageWords(failure.diagnostic) : null}
                  t={t}
                />
              );
            })}
            <Gap height={isLong ? virtual.getTotalSize() - (items.at(-1)?.end ?? 0) : 0} width={width} />
          </tbody>
        </table>
        {events.length === 0 && (
          <p className={styles['empty']}>{t(addTo ? 'events.empty' : 'events.noTable')}</p>
        )}
      </div>
      {addTo && (
        <div className={styles['foot']}>
          <Button onPress={() => void addEvent(undefined, events.at(-1)?.table ?? addTo.name)}>
            <Plus size={14} /> {t('events.add')}
          </Button>
          <End events={events} />
        </div>
      )}
    </div>
  );
}

/** When the input ends, and what lets time pass before. */
function End({ events }: { readonly events: readonly PageEvent[] }) {
  const { t } = useTranslation();
  const endMs = useStore((facts) => facts.endMs);
  const shown = Math.max(endMs, events.at(-1)?.atMs ?? 0);
  return (
    <>
      <Button onPress={() => addPause(undefined, PAUSE_MS)}>
        <Timer size={14} /> {t('events.pauseAtEnd')}
      </Button>
      <span className={styles['end']} data-end-ms={shown}>
        {t('events.end')}
        <Cell
          label={t('events.endOf')}
          text={String(shown / 1000)}
          isNumeric
          problem={null}
          onCommit={(text) => readSeconds(text, setEnd, t)}
        />
      </span>
    </>
  );
}

/** How much time a press on a clock lets pass. */
const PAUSE_MS = 1000;

/** Takes over a time in seconds, or says what is wrong with it. */
function readSeconds(text: string, take: (ms: number) => void, t: TFunction): string | null {
  const seconds = Number(text);
  if (text.trim() === '' || !Number.isFinite(seconds) || seconds < 0 || seconds > 8.64e12)
    return t('events.badTime');
  take(seconds * 1000);
  return null;
}

const NO_TABLES: readonly TableInfo[] = [];
/** The head of the table covers the first row of what is scrolled. */
const HEAD_HEIGHT = 32;

/** How long the playhead rests before the table of events follows it: longer than the panes of a run that is scrubbed wait for the next picture. */
const FOLLOW_MS = 300;

function follow(box: HTMLDivElement | null, current: number): void {
  if (!box || current < 0 || box.contains(document.activeElement)) return;
  const row = box.querySelector<HTMLElement>(`[data-event-row="${current}"]`);
  const top = row?.offsetTop ?? HEAD_HEIGHT + current * ROW_HEIGHT;
  const bottom = top + (row?.offsetHeight ?? ROW_HEIGHT);
  const isSeen = top - HEAD_HEIGHT >= box.scrollTop && bottom <= box.scrollTop + box.clientHeight;
  if (!isSeen) box.scrollTo({ top: top - box.clientHeight / 2 });
}

/** Keeps the event of this step in sight, unless somebody is writing in the table. */
function useFollowing(scroll: RefObject<HTMLDivElement | null>, current: number): void {
  useEffect(() => {
    // Scrolling makes rows; while the playhead is dragged it would cost most of each frame.
    const timer = setTimeout(() => follow(scroll.current, current), FOLLOW_MS);
    return () => clearTimeout(timer);
  }, [scroll, current]);
}

/** Which columns the table of events has. */
interface Shape {
  readonly inputTables: readonly TableInfo[];
  readonly columns: readonly string[];
  readonly hasTables: boolean;
  readonly hasPartitions: boolean;
  readonly hasKinds: boolean;
}

function shapeOf(tables: readonly TableInfo[], events: readonly PageEvent[]): Shape {
  const used = new Set(events.map(({ table }) => table));
  const usedTables = tables.filter(({ name }) => used.has(name));
  const inputTables = usedTables.length > 0 ? tables : tables.slice(0, 1);
  const shown = usedTables.length > 0 ? usedTables : inputTables;
  const columns = new Set(
    shown.flatMap((table) => table.columns.filter(({ kind }) => kind !== 'computed').map(({ name }) => name)),
  );
  if (shown.length === 0)
    for (const { row } of events) for (const column of Object.keys(row)) columns.add(column);
  return {
    inputTables,
    columns: [...columns],
    hasTables: inputTables.length > 1 || used.size > 1,
    hasPartitions: shown.some(({ partitions }) => partitions > 1),
    hasKinds:
      shown.some(({ kinds }) => kinds.length > 1) ||
      events.some(({ kind }) => kind !== undefined && kind !== '+I'),
  };
}

interface EventRowProps {
  readonly event: PageEvent;
  readonly input: number;
  readonly shape: Shape;
  readonly isCurrent: boolean;
  readonly failedColumn: string | null;
  readonly failure: string | null;
  readonly t: TFunction;
}

const EventRow = memo(function EventRow({
  event,
  input,
  shape,
  isCurrent,
  failedColumn,
  failure,
  t,
}: EventRowProps) {
  const number = input + 1;
  const table = shape.inputTables.find(({ name }) => name === event.table);
  const isUnknown = shape.inputTables.length > 0 && !table;
  return (
    <tr
      className={styles['row']}
      data-event-row={input}
      data-current={isCurrent}
      data-failed={failure !== null}
      onPointerEnter={() => point({ kind: 'event', input })}
      onPointerLeave={() => point(null)}
    >
      <th scope="row" className={styles['number']}>
        <MoveHandle event={event} label={t('events.move', { number })} />
        <button type="button" className={styles['jump']} onClick={() => jumpToInput(input)}>
          {number}
        </button>
      </th>
      <td>
        <Cell
          label={t('events.arrivalOf', { number })}
          text={String(event.atMs / 1000)}
          isNumeric
          problem={null}
          onCommit={(text) => readSeconds(text, (ms) => moveEvent(event.id, ms), t)}
        />
      </td>
      {shape.hasTables && (
        <td>
          <select
            aria-label={t('events.table')}
            value={event.table}
            aria-invalid={isUnknown}
            title={isUnknown ? t('events.unknownTable', { table: event.table }) : undefined}
            onChange={(change) =>
              changeEvent(event.id, (known) => ({ ...known, table: change.target.value }))
            }
          >
            {isUnknown && <option>{event.table}</option>}
            {shape.inputTables.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </td>
      )}
      {shape.hasPartitions && (
        <td>
          <select
            aria-label={t('events.partition')}
            value={event.partition ?? 0}
            onChange={(change) =>
              changeEvent(event.id, (known) => ({ ...known, partition: Number(change.target.value) }))
            }
          >
            {Array.from(
              { length: Math.max(table?.partitions ?? 1, (event.partition ?? 0) + 1) },
              (_, partition) => (
                <option key={partition}>{partition}</option>
              ),
            )}
          </select>
        </td>
      )}
      {shape.hasKinds && (
        <td>
          <select
            aria-label={t('events.kind')}
            value={event.kind ?? '+I'}
            onChange={(change) =>
              changeEvent(event.id, (known) => ({ ...known, kind: change.target.value as RowKind }))
            }
          >
            {[...new Set([...(table?.kinds ?? []), event.kind ?? '+I'])].map((kind) => (
              <option key={kind}>{kind}</option>
            ))}
          </select>
        </td>
      )}
      {event.closes && (
        <td colSpan={shape.columns.length} className={styles['ends']}>
          {t('events.partitionEnds')}
        </td>
      )}
      {(event.closes ? [] : shape.columns).map((name) => {
        const column =
          table?.columns.find((candidate) => candidate.name === name) ?? (table ? null : anyColumn(name));
        if (!column) return <td key={name} className={styles['absent']} />;
        return (
          <td key={name}>
            <Cell
              label={t('events.cell', { column: name, number })}
              text={cellText(event.row[name])}
              isNumeric={isNumeric(column)}
              problem={failedColumn === name ? failure : null}
              placeholder={t('events.null')}
              onCommit={(text) => {
                const { value, problem } = readCell(column, text);
                if (problem !== null) return t(`events.${problem}`, { text: text.slice(0, 40) });
                changeEvent(event.id, (known) => ({ ...known, row: { ...known.row, [name]: value } }));
                return null;
              }}
            />
          </td>
        );
      })}
      <td className={styles['actions']}>
        {failure !== null && failedColumn === '' && <span className={styles['problem']}>{failure}</span>}
        <button
          type="button"
          aria-label={t('events.addPause', { number })}
          title={t('events.addPause', { number })}
          onClick={() => addPause(event, PAUSE_MS)}
        >
          <Timer size={13} />
        </button>
        <button
          type="button"
          aria-label={t('events.addAfter', { number })}
          onClick={() => addEvent(event, event.table)}
        >
          <Plus size={13} />
        </button>
        <button
          type="button"
          aria-label={t('events.remove', { number })}
          onClick={() => removeEvent(event.id)}
        >
          <Trash2 size={13} />
        </button>
      </td>
    </tr>
  );
});

function anyColumn(name: string): ColumnInfo {
  return { name, type: 'STRING', kind: 'physical' };
}

function jumpToInput(input: number): void {
  const run = useStore.getState().result?.run;
  if (!run) return;
  jump(firstStepOfTurn(run, input + 1) + 1);
  pin({ kind: 'event', input });
}

/** Takes an event along the order of arrival: by dragging over its neighbours, or with the arrow keys. */
function MoveHandle({ event, label }: { readonly event: PageEvent; readonly label: string }) {
  const onPointerDown = (down: PointerEvent<HTMLButtonElement>): void => {
    down.preventDefault();
    const onMove = (move: globalThis.PointerEvent): void => {
      const row = document.elementFromPoint(move.clientX, move.clientY)?.closest('[data-event-row]');
      if (!(row instanceof HTMLElement)) return;
      const { events } = useStore.getState();
      const from = events.findIndex(({ id }) => id === event.id);
      const to = Number(row.dataset['eventRow']);
      if (from < 0 || from === to) return;
      const before = events[to < from ? to - 1 : to]?.atMs ?? 0;
      const after = events[to < from ? to : to + 1]?.atMs ?? before + 2000;
      moveEvent(
        event.id,
        to < from
          ? Math.max(0, after - Math.min(1, after - before))
          : Math.max(before + 1, Math.round((before + after) / 2)),
      );
    };
    const onUp = (): void => {
      removeEventListener('pointermove', onMove);
      removeEventListener('pointerup', onUp);
    };
    addEventListener('pointermove', onMove);
    addEventListener('pointerup', onUp);
  };
  const onKeyDown = (key: KeyboardEvent): void => {
    const direction =
      key.key === 'ArrowDown' || key.key === 'ArrowRight'
        ? 1
        : key.key === 'ArrowUp' || key.key === 'ArrowLeft'
          ? -1
          : 0;
    if (direction === 0) return;
    key.preventDefault();
    key.stopPropagation();
    moveEvent(event.id, event.atMs + direction * (key.shiftKey ? 5000 : 500));
  };
  return (
    <button
      type="button"
      className={styles['handle']}
      aria-label={label}
      onPointerDown={onPointerDown}
      onKeyDown={onKeyDown}
    >
      <GripVertical size={12} />
    </button>
  );
}
