import { ChartSpline, CircleStop, Timer, VolumeX } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { addPause, closePartition, silencePartition } from '../store/document.ts';
import { type PageEvent, useStore } from '../store/store.ts';
import type { Lane } from '../view-model/braid-frame.ts';
import { durationText } from '../view-model/format.ts';
import { niceStep } from '../view-model/ruler.ts';
import { delayOf } from '../view-model/watermark-delay.ts';
import { Button } from './controls/button.tsx';
import styles from './time-controls.module.css';

const PAUSE_MS = 1000;
const DELAY_MAX_MS = 10_000;

interface TimeControlsProps {
  readonly isPlane: boolean;
  readonly onPlane: (isPlane: boolean) => void;
  /** The partitions of sources, as the timeline shows them. */
  readonly lanes: readonly Lane[];
  /** The clock at the playhead, since the start. */
  readonly clockMs: number;
  readonly delays: ReadonlyMap<string, number>;
  readonly onDelay: (table: string, ms: number) => void;
}

/** What can be done to time: another view of it, the delay of each watermark, a partition that falls silent, a pause. */
export function TimeControls({ isPlane, onPlane, lanes, clockMs, delays, onDelay }: TimeControlsProps) {
  const { t } = useTranslation();
  const events = useStore((facts) => facts.events);
  const next = events.find(({ atMs }) => atMs > clockMs);
  const parted = lanes.filter((lane) => lanes.filter(({ table }) => table === lane.table).length > 1);
  const ended = new Set(events.flatMap(({ closes, ...lane }) => (closes ? [laneKey(lane)] : [])));
  return (
    <div className={styles['controls']} role="group" aria-label={t('plane.controls')}>
      <Button isPressed={isPlane} label={t('plane.showHint')} onPress={() => onPlane(!isPlane)}>
        <ChartSpline size={14} /> {t('plane.show')}
      </Button>
      {[...delays].map(([table, ms]) => (
        <Delay key={table} table={table} ms={ms} onDelay={(wanted) => onDelay(table, wanted)} />
      ))}
      {parted
        .filter((lane) => speaksAfter(events, lane, clockMs))
        .map((lane) => (
          <Button
            key={lane.label}
            onPress={() => silencePartition(lane.table, lane.partition, clockMs)}
            label={t('plane.silenceHint', { partition: lane.partition, table: lane.table })}
          >
            <VolumeX size={14} /> {t('plane.silence', { lane: lane.label })}
          </Button>
        ))}
      {parted
        .filter((lane) => !ended.has(laneKey(lane)))
        .map((lane) => (
          <Button
            key={lane.label}
            onPress={() => closePartition(lane.table, lane.partition, clockMs)}
            label={t('plane.closeHint', { partition: lane.partition, table: lane.table })}
          >
            <CircleStop size={14} /> {t('plane.close', { lane: lane.label })}
          </Button>
        ))}
      <Button onPress={() => addPause(next, PAUSE_MS)} label={t('plane.pauseHint')}>
        <Timer size={14} /> {t('plane.pause')}
      </Button>
    </div>
  );
}

const laneKey = ({ table, partition = 0 }: { readonly table: string; readonly partition?: number }) =>
  `${table} ${partition}`;

function speaksAfter(events: readonly PageEvent[], lane: Lane, ms: number): boolean {
  return events.some(
    ({ table, partition = 0, atMs }) => table === lane.table && partition === lane.partition && atMs > ms,
  );
}

interface DelayProps {
  readonly table: string;
  readonly ms: number;
  readonly onDelay: (ms: number) => void;
}

/** A slider for the INTERVAL in a table's WATERMARK clause; let go, it is written into the script. */
function Delay({ table, ms, onDelay }: DelayProps) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState<number | null>(null);
  const shown = draft ?? ms;
  const max = Math.max(DELAY_MAX_MS, niceStep(ms * 2));
  const commit = (): void => {
    if (draft !== null && draft !== ms) onDelay(draft);
  };
  // The script says it now.
  if (draft === ms) setDraft(null);
  return (
    <label className={styles['delay']} data-delay-of={table}>
      {t('plane.delay', { table })}
      <input
        type="range"
        min={0}
        max={max}
        step={niceStep(max / 100)}
        value={shown}
        aria-valuetext={durationText(shown)}
        onChange={(event) => setDraft(Number(event.target.value))}
        onPointerUp={commit}
        onKeyUp={commit}
        onBlur={commit}
      />
      <output>{durationText(shown)}</output>
    </label>
  );
}

/** How far the watermark of each table stays behind, where the script says so in a way that can be changed. */
export function delaysOf(
  tables: readonly { readonly name: string; readonly watermark: { readonly expression: string } | null }[],
): ReadonlyMap<string, number> {
  return new Map(
    tables.flatMap(({ name, watermark }) => {
      const ms = watermark ? delayOf(watermark.expression) : null;
      return ms === null ? [] : [[name, ms] as const];
    }),
  );
}
