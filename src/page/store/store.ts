import { create } from 'zustand';
import { subscribeWithSelector } from 'zustand/middleware';
import type { Span } from '../../engine/base/span.ts';
import type { Checked, InputEvent, Lineage, Run, TraceSlice } from '../../engine/engine-api.ts';
import type { Theme } from '../theme/theme.ts';
import type { Hot } from '../view-model/lineage.ts';

/** An input with a number of its own, so that it stays the same event when it is moved. */
export interface PageEvent extends InputEvent {
  readonly id: number;
}

/** Languages of the page. */
export type Language = 'en' | 'zh';

/** What the user works on. */
export interface DocumentFacts {
  readonly scenarioId: string;
  readonly sql: string;
  readonly config: { readonly [key: string]: string };
  readonly startMs: number;
  /** How long the clock goes on before the input ends, in milliseconds since the start; 0: until the last row. */
  readonly endMs: number;
  readonly events: readonly PageEvent[];
}

/** A run that has something to show. */
export interface RunResult {
  readonly run: Run;
  /** The document it ran. */
  readonly document: DocumentFacts;
  /** From asking to having it, in milliseconds. */
  readonly wallMs: number;
}

/** Something the page has to say that belongs to no place. */
export interface Notice {
  readonly kind:
    | 'crash'
    | 'cancelled'
    | 'brokenLink'
    | 'longLink'
    | 'copied'
    | 'copyFailed'
    | 'storageFull'
    | 'tooLong'
    | 'slowCheck';
  readonly detail: string;
}

/** The facts of the page; what is on the screen is computed from them. */
export interface Facts extends DocumentFacts {
  /** Verdict on `checkedSql`. */
  readonly checked: Checked | null;
  readonly checkedSql: string | null;

  readonly phase: 'idle' | 'running';
  /** Inputs done by the run in progress, of `runInputs`. */
  readonly progress: number;
  readonly runStartedAt: number;
  /** The last run that showed something; it stays under an error. */
  readonly result: RunResult | null;
  /** The last run, if it showed nothing. */
  readonly refused: RunResult | null;
  /** Part of the trace around the playhead. */
  readonly slice: TraceSlice | null;
  /** Where the changes of the run came from, once somebody has asked; null for a run too long to tell. */
  readonly lineage: { readonly run: Run; readonly found: Lineage | null } | null;
  readonly notice: Notice | null;

  readonly position: number;
  /** The position that the panes show: a long run that is scrubbed is shown a few times a second. */
  readonly shown: number;
  readonly isPlaying: boolean;
  /** Position at which playing pauses by itself. */
  readonly playUntil: number | null;
  readonly speed: number;
  /** The first visit's words under the sentence. */
  readonly isFirstVisit: boolean;

  readonly hot: Hot | null;
  readonly isHotPinned: boolean;
  readonly selectedOperator: number | null;
  readonly theme: Theme;
  readonly language: Language;
  readonly resultTab: string;
  readonly workTab: string;
  readonly dialog: 'none' | 'help';
  /** A place of the script that the editor shall show; a new object each time. */
  readonly reveal: { readonly span: Span } | null;
}

const FIRST: Facts = {
  scenarioId: '',
  sql: '',
  config: {},
  startMs: 0,
  endMs: 0,
  events: [],
  checked: null,
  checkedSql: null,
  phase: 'idle',
  progress: 0,
  runStartedAt: 0,
  result: null,
  refused: null,
  slice: null,
  lineage: null,
  notice: null,
  position: 0,
  shown: 0,
  isPlaying: false,
  playUntil: null,
  speed: 1,
  isFirstVisit: false,
  hot: null,
  isHotPinned: false,
  selectedOperator: null,
  theme: 'light',
  language: 'en',
  resultTab: 'sink-0',
  workTab: 'sql',
  dialog: 'none',
  reveal: null,
};

/** The one store. Facts only; the functions beside it change them. */
export const useStore = create<Facts>()(subscribeWithSelector(() => FIRST));

/** The document of the moment. */
export function documentOf({
  scenarioId,
  sql,
  config,
  startMs,
  endMs,
  events,
}: DocumentFacts): DocumentFacts {
  return { scenarioId, sql, config, startMs, endMs, events };
}

/** Whether the run on the screen is of another script or other events than those in the editor. */
export function isStale(facts: Facts): boolean {
  const ran = facts.result?.document;
  return (
    !ran ||
    ran.sql !== facts.sql ||
    ran.events !== facts.events ||
    ran.config !== facts.config ||
    ran.startMs !== facts.startMs ||
    ran.endMs !== facts.endMs
  );
}
