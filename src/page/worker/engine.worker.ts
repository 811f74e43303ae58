import { expose, transfer } from 'comlink';
import { createEngine } from '../../engine/engine.ts';
import type { EngineApi, Run, TraceSlice } from '../../engine/engine-api.ts';

const engine = createEngine({ clockMs: () => performance.now(), canGenerate: canGenerate() });

/** The engine behind the worker's door. Columns travel by transfer, as copies: the engine keeps its own. */
const served: EngineApi = {
  ...engine,
  run: (request, onProgress) => transferred(engine.run(request, onProgress), runColumns),
  trace: (runId, from, to) => transferred(engine.trace(runId, from, to), sliceColumns),
  lineage: (runId) => engine.lineage(runId),
  state: (runId, position) => engine.state(runId, position),
  batch: (request) => engine.batch(request),
};
expose(served);

/** What the worker serves, for `wrap`. */
export type ServedEngine = typeof served;

/** Whether the page's host lets code be made at run time; without it the engine works on closures. */
function canGenerate(): boolean {
  try {
    // Asking is the only way to know.
    // eslint-disable-next-line typescript/no-implied-eval
    return new Function('return true')() === true;
  } catch {
    return false;
  }
}

type Column = Uint8Array | Uint16Array | Int32Array | Float64Array;

function runColumns(run: Run): Run {
  const { steps } = run;
  return {
    ...run,
    steps: {
      ...steps,
      steps: steps.steps.slice(),
      arrivalMs: steps.arrivalMs.slice(),
    },
    eventTimeMs: run.eventTimeMs.slice(),
  };
}

function sliceColumns(slice: TraceSlice): TraceSlice {
  return {
    ...slice,
    stepStart: slice.stepStart.slice(),
    kind: slice.kind.slice(),
    operator: slice.operator.slice(),
    rowKind: slice.rowKind.slice(),
    cause: slice.cause.slice(),
    row: slice.row.slice(),
    atMs: slice.atMs.slice(),
    endMs: slice.endMs.slice(),
    rowPlace: slice.rowPlace.slice(),
    rowOperator: slice.rowOperator.slice(),
    watermarkBefore: slice.watermarkBefore.slice(),
  };
}

function transferred<Result extends object>(result: Result, copy: (result: Result) => Result): Result {
  const own = copy(result);
  return transfer(own, buffersOf(own));
}

function buffersOf(value: object): ArrayBuffer[] {
  return Object.values(value).flatMap((part: unknown): ArrayBuffer[] => {
    if (isColumn(part)) return part.buffer instanceof ArrayBuffer ? [part.buffer] : [];
    return part !== null && typeof part === 'object' && 'clockMs' in part ? buffersOf(part) : [];
  });
}

function isColumn(value: unknown): value is Column {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}
