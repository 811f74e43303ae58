import { useMemo } from 'react';
import type { Run } from '../../engine/engine-api.ts';
import { type DocumentFacts, useStore } from '../store/store.ts';
import { type Story, story } from '../view-model/lineage.ts';
import { type TraceIndex, traceIndex } from '../view-model/trace-index.ts';

/** The run on the screen and where the playhead stands in it. */
export interface Moment {
  readonly run: Run;
  readonly index: TraceIndex;
  readonly document: DocumentFacts;
  /** The playhead; while its part of the trace is still coming, the nearest place that can be shown. */
  readonly position: number;
}

/** The moment that all pictures show; null until there is a run. */
export function useMoment(): Moment | null {
  const result = useStore((facts) => facts.result);
  const slice = useStore((facts) => facts.slice);
  const position = useStore((facts) => facts.shown);
  return useMemo(() => {
    if (!result || !slice) return null;
    const index = traceIndex(result.run, slice);
    const first = slice.from === 0 ? 0 : slice.from + 1;
    const shown = Math.max(first, Math.min(position, slice.to));
    return { run: result.run, index, document: result.document, position: shown };
  }, [result, slice, position]);
}

/** The story of what is pointed at; null if nothing is. */
export function useStory(moment: Moment | null): Story | null {
  const hot = useStore((facts) => facts.hot);
  const lineage = useStore((facts) =>
    facts.lineage?.run === facts.result?.run ? (facts.lineage?.found ?? null) : null,
  );
  const index = moment?.index;
  return useMemo(() => (index && hot ? story(index, hot, lineage) : null), [index, hot, lineage]);
}
