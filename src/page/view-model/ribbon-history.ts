import { upperBound } from '../../engine/base/sorted.ts';
import { cellsOf } from '../../engine/engine-api.ts';
import { isDrawable } from './format.ts';
import type { RibbonTable } from './ribbon-tables.ts';
import { entryKind, rowKindOf, type TraceIndex } from './trace-index.ts';

/** A row that holds from `ms` on until the next version of its key. */
export interface Version {
  readonly ms: number;
  /** Row of the slice. */
  readonly row: number;
  /** The step in which it came. */
  readonly step: number;
  /** Says that there is no row from then on. */
  readonly isEnd: boolean;
  /** The step in which another version of the same time took its place, or in which the join forgot it; Infinity for never. */
  readonly replacedStep: number;
  readonly freedStep: number;
}

/** A row that asks for the version of its time. */
export interface Probe {
  readonly ms: number;
  readonly row: number;
  readonly step: number;
  /** Infinity while it is never answered. */
  readonly answeredStep: number;
  /** What it read, in the cells of a version; null for nothing. */
  readonly read: readonly (string | null)[] | null;
  /** It found nothing and was dropped, as an inner join does. */
  readonly isDropped: boolean;
}

/** All that happens to one key, whenever it happens. */
export interface RibbonLane {
  readonly key: readonly (string | null)[];
  /** By time, then by arrival. */
  readonly versions: readonly Version[];
  readonly probes: readonly Probe[];
  /** The steps in which anything about it changes, ascending. */
  readonly moments: Int32Array;
}

/** The versions and probes of a slice. */
export interface RibbonHistory {
  readonly table: RibbonTable;
  /** In order of first arrival. */
  readonly lanes: readonly RibbonLane[];
  /** The times that are spoken of; from > to if there are none. */
  readonly fromMs: number;
  readonly toMs: number;
}

type Changing<T> = { -readonly [key in keyof T]: T[key] };

/** A lane while the trace is read: also what the join remembers of its key. */
interface OpenLane {
  readonly key: readonly (string | null)[];
  readonly versions: Changing<Version>[];
  readonly probes: Changing<Probe>[];
  /** Probes without an answer, by their cells, first come first. */
  readonly open: Map<string, Changing<Probe>[]>;
  /** Versions in state, by time. */
  held: Changing<Version>[];
  waitingMs: number[];
  timerMs: number;
}

const histories = new WeakMap<TraceIndex, Map<RibbonTable, RibbonHistory>>();

/** What the slice tells of a versioned table; made once for each. */
export function ribbonHistory(index: TraceIndex, table: RibbonTable): RibbonHistory {
  let known = histories.get(index);
  if (!known) histories.set(index, (known = new Map()));
  let history = known.get(table);
  if (!history) known.set(table, (history = new Reader(index, table).read()));
  return history;
}

/** Reads the trace from its start to its end. */
class Reader {
  readonly #index: TraceIndex;
  readonly #table: RibbonTable;
  readonly #lanes = new Map<string, OpenLane>();
  readonly #probeWidth: number;
  /** No lane has a timer before. */
  #nextTimerMs = Number.POSITIVE_INFINITY;

  constructor(index: TraceIndex, table: RibbonTable) {
    this.#index = index;
    this.#table = table;
    this.#probeWidth = index.run.operators[table.probes?.operator ?? -1]?.columns.length ?? 0;
  }

  read(): RibbonHistory {
    const { slice } = this.#index;
    const { operator: join, versions, probes } = this.#table;
    for (let step = slice.from; step < slice.to; step++) {
      const end = slice.stepStart[step - slice.from + 1] ?? 0;
      for (let entry = slice.stepStart[step - slice.from] ?? 0; entry < end; entry++) {
        const operator = slice.operator[entry];
        const kind = entryKind(slice, entry);
        if (kind === 'emit' && operator === versions) this.#version(step, entry);
        else if (kind === 'emit' && operator === probes?.operator) this.#probe(step, entry);
        else if (probes === null || operator !== join) continue;
        else if (kind === 'emit' || kind === 'filtered') this.#answer(step, entry, kind === 'filtered');
        else if (kind === 'watermark') this.#watermark(step, slice.atMs[entry] ?? Number.NaN);
      }
    }
    const lanes = [...this.#lanes.values()].map(closed);
    const times = lanes.flatMap((lane) => [...lane.versions, ...lane.probes].map(({ ms }) => ms));
    return {
      table: this.#table,
      lanes,
      fromMs: times.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
      toMs: times.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY),
    };
  }

  #lane(row: number, key: readonly number[]): OpenLane {
    const cells = cellsOf(this.#index.slice, row);
    const values = key.map((place) => cells[place] ?? null);
    const text = JSON.stringify(values);
    let lane = this.#lanes.get(text);
    if (!lane) {
      lane = {
        key: values,
        versions: [],
        probes: [],
        open: new Map(),
        held: [],
        waitingMs: [],
        timerMs: Number.POSITIVE_INFINITY,
      };
      this.#lanes.set(text, lane);
    }
    return lane;
  }

  #version(step: number, entry: number): void {
    const { slice } = this.#index;
    const table = this.#table;
    const ms = slice.atMs[entry] ?? Number.NaN;
    const kind = rowKindOf(slice.rowKind[entry]);
    if (!isDrawable(ms) || (kind === '-U' && table.ignoresUpdateBefore)) return;
    const row = slice.row[entry] ?? -1;
    const lane = this.#lane(row, table.key);
    const version = {
      ms,
      row,
      step,
      isEnd: kind === '-U' || kind === '-D',
      replacedStep: Number.POSITIVE_INFINITY,
      freedStep: Number.POSITIVE_INFINITY,
    };
    // A version takes the place of one with the same time.
    const before = lane.versions.findLast((known) => known.ms === ms);
    if (before) before.replacedStep = step;
    lane.versions.push(version);
    const place = lane.held.findLastIndex((held) => held.ms <= ms);
    const replaces = lane.held[place]?.ms === ms;
    lane.held.splice(replaces ? place : place + 1, replaces ? 1 : 0, version);
    this.#setTimer(lane, ms);
  }

  #probe(step: number, entry: number): void {
    const { slice } = this.#index;
    const ms = slice.atMs[entry] ?? Number.NaN;
    if (!isDrawable(ms)) return;
    const row = slice.row[entry] ?? -1;
    const lane = this.#lane(row, this.#table.probes?.key ?? []);
    const probe = {
      ms,
      row,
      step,
      answeredStep: Number.POSITIVE_INFINITY,
      read: null,
      isDropped: false,
    };
    lane.probes.push(probe);
    const cells = this.#cells(row, this.#probeWidth);
    const waiting = lane.open.get(cells);
    if (waiting) waiting.push(probe);
    else lane.open.set(cells, [probe]);
    lane.waitingMs.push(ms);
    this.#setTimer(lane, ms);
  }

  /** What the join sent: the row that asked, and beside it the version, or nothing. */
  #answer(step: number, entry: number, isDropped: boolean): void {
    const row = this.#index.slice.row[entry] ?? -1;
    const lane = this.#lane(row, this.#table.probes?.key ?? []);
    const probe = lane.open.get(this.#cells(row, this.#probeWidth))?.shift();
    if (!probe) return;
    probe.answeredStep = step;
    probe.isDropped = isDropped;
    const cells = cellsOf(this.#index.slice, row).slice(this.#probeWidth);
    // A key that was found is not NULL.
    probe.read = (cells[this.#table.key[0] ?? -1] ?? null) === null ? null : cells;
  }

  #setTimer(lane: OpenLane, ms: number): void {
    lane.timerMs = Math.min(lane.timerMs, ms);
    this.#nextTimerMs = Math.min(this.#nextTimerMs, ms);
  }

  /** Keys whose timer is reached forget the versions before the one that holds now. */
  #watermark(step: number, ms: number): void {
    if (!(this.#nextTimerMs <= ms)) return;
    this.#nextTimerMs = Number.POSITIVE_INFINITY;
    for (const lane of this.#lanes.values()) {
      if (lane.timerMs <= ms) {
        lane.waitingMs = lane.waitingMs.filter((waiting) => waiting > ms);
        const holds = lane.held.findLastIndex((version) => version.ms <= ms);
        for (const version of lane.held.splice(0, Math.max(0, holds))) version.freedStep = step;
        lane.timerMs = Math.min(Number.POSITIVE_INFINITY, ...lane.waitingMs);
      }
      this.#nextTimerMs = Math.min(this.#nextTimerMs, lane.timerMs);
    }
  }

  /** The first cells of a row as a text that is the same for the same cells. */
  #cells(row: number, width: number): string {
    const { slice, sameCell } = this.#index;
    const place = slice.rowPlace[row] ?? 0;
    const columns = sameCell[slice.rowOperator[row] ?? 0];
    let text = '';
    for (let column = 0; column < width; column++) text += ` ${columns?.[column]?.[place] ?? ''}`;
    return text;
  }
}

function closed(lane: OpenLane): RibbonLane {
  const steps: number[] = [];
  for (const { step, replacedStep, freedStep } of lane.versions) steps.push(step, replacedStep, freedStep);
  for (const { step, answeredStep } of lane.probes) steps.push(step, answeredStep);
  return {
    key: lane.key,
    versions: lane.versions.toSorted((a, b) => a.ms - b.ms || a.step - b.step),
    probes: lane.probes.toSorted((a, b) => a.ms - b.ms || a.step - b.step),
    moments: Int32Array.from(steps.filter(Number.isFinite)).toSorted(),
  };
}

/** The version of a key that holds at a time, as far as the first `position` steps tell; null for none. */
export function versionAsOf(lane: RibbonLane, position: number, ms: number): Version | null {
  const { versions } = lane;
  for (let at = lastUpTo(versions, ms); at >= 0; at--) {
    const version = versions[at];
    if (version && version.step < position && version.replacedStep >= position)
      return version.isEnd ? null : version;
  }
  return null;
}

/** How much of a lane has happened when the first `position` steps are done: the same number, the same picture. */
export function momentsDone(lane: RibbonLane, position: number): number {
  return upperBound(lane.moments, position - 1);
}

function lastUpTo(versions: readonly Version[], ms: number): number {
  let low = 0;
  let high = versions.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((versions[middle]?.ms ?? 0) <= ms) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
