import { type Diagnostic, SqlError } from './base/diagnostic.ts';
import type { CatalogTable } from './catalog/catalog.ts';
import {
  type BatchAnswer,
  type Checked,
  type ColumnInfo,
  cellsOf,
  type EngineApi,
  type Lineage,
  type OperatorInfo,
  type OperatorState,
  type Run,
  type RunFailure,
  type RunRequest,
  type SinkInfo,
  type StepColumns,
  type TraceSlice,
} from './engine-api.ts';
import { Inputs } from './job/inputs.ts';
import { operatorOrder } from './job/job.ts';
import { metOddities } from './job/oddities.ts';
import { createLanguageService } from './language/language-service.ts';
import { ScriptChecker } from './language/script-checker.ts';
import { MAX_SCRIPT_LENGTH } from './limits.ts';
import { physicalLine } from './plan/explain.ts';
import { attributesOf } from './plan/explain-attributes.ts';
import { shortestUpsertKey } from './plan/keys.ts';
import type { Field } from './plan/logical.ts';
import { kindsOf, Mode, type PhysicalNode, printMode, type Sink } from './plan/physical.ts';
import { sinkName } from './plan/sink-name.ts';
import { sinkKey } from './planner/changelog/infer-changelog.ts';
import { whyKinds } from './planner/changelog/why-kinds.ts';
import { shareAll } from './planner/physical/share-subplans.ts';
import { zoneOf } from './planner/plan-statement.ts';
import { type CompiledScript, compileScript, tableInfo } from './script/compile-script.ts';
import { carriedKinds, inputFailure, inputReader, isProblem } from './script/run-inputs.ts';
import { snapshotOf } from './script/snapshot.ts';
import { Recording } from './trace/recording.ts';
import { isRowtime } from './types/logical-type.ts';
import { printType } from './types/print-type.ts';

/** What the engine must be given from outside: it has no clock and no wish to know where it runs. */
export interface EngineHost {
  /** Milliseconds of some clock, to say how long a run took and to know where replays would take long. */
  readonly clockMs: () => number;
  /** Whether `new Function` may be used; without it operators run on closures. */
  readonly canGenerate: boolean;
}

/** Makes an engine that keeps its last run. All it is asked is answered synchronously; nothing in it runs by itself. */
export function createEngine(host: EngineHost): EngineApi {
  let runId = 0;
  let recording: Recording | null = null;
  const checker = new ScriptChecker();

  const recordingOf = (id: number): Recording => {
    if (id !== runId || !recording) throw new Error(`run ${id} is not kept any more`);
    return recording;
  };

  return {
    ...createLanguageService(checker),

    check(script): Checked {
      const tooLong = lengthProblem(script);
      if (tooLong) return { diagnostics: [tooLong], statements: [], tables: [] };
      return checker.check(script);
    },

    run(request, onProgress): Run {
      const started = host.clockMs();
      recording = null;
      runId++;
      const empty = (diagnostics: readonly Diagnostic[], failure: RunFailure | null): Run => ({
        runId,
        diagnostics,
        failure,
        tables: [],
        operators: [],
        sinks: [],
        explains: [],
        steps: NO_STEPS,
        eventTimeMs: new Float64Array(request.inputs.length).fill(Number.NaN),
        elapsedMs: host.clockMs() - started,
        oddities: [],
      });
      const tooLong = lengthProblem(request.script);
      if (tooLong) return empty([tooLong], null);
      const compiled = guarded(() => compileScript(request.script, Object.entries(request.config)));
      if ('failure' in compiled) return empty([compiled.failure], null);
      const { session, jobs, diagnostics } = compiled;
      const tables = (session?.catalog.allObjects() ?? []).filter(
        (o): o is CatalogTable => o.kind === 'table',
      );
      const infos = tables.map(tableInfo);
      if (!session || jobs.length === 0)
        return { ...empty(diagnostics, null), tables: infos, explains: compiled.explains };
      const plans = shareAll(
        jobs.map((j) => j.planned.run),
        session.config,
      );
      const zone = zoneOf(session.config);
      const made = new Recording(plans, {
        config: session.config,
        zone,
        startMs: request.startMs,
        endMs: request.endMs ?? 0,
        seed: request.seed,
        canGenerate: host.canGenerate,
        clockMs: host.clockMs,
      });
      recording = made;
      const inputs = readInputs(request, tables, carriedKinds(plans));
      const died = made.run(inputs.parsed, onProgress);
      const failure = died ? placed(died, jobs) : inputs.failure;
      const steps = made.stepColumns();
      return {
        runId,
        diagnostics,
        failure,
        tables: infos,
        operators: describeOperators(plans),
        sinks: describeSinks(plans),
        explains: compiled.explains,
        steps,
        eventTimeMs: made.eventTimeMs(request.inputs.length),
        elapsedMs: host.clockMs() - started,
        oddities: metOddities(operatorOrder(plans), steps),
      };
    },

    trace: (id, from, to): TraceSlice => recordingOf(id).slice(from, to),
    lineage: (id): Lineage | null => recordingOf(id).lineage(),
    state: (id, position): readonly OperatorState[] => recordingOf(id).stateAt(position),
    batch: (request): BatchAnswer => batchAnswer(request, host.canGenerate),
  };
}

/** Runs a script in batch mode, for itself, over what stands in its tables. */
function batchAnswer(given: RunRequest, canGenerate: boolean): BatchAnswer {
  const streaming = guarded(() => compileScript(given.script, Object.entries(given.config)));
  if ('failure' in streaming) return { tables: [], refusal: streaming.failure };
  const read = operatorOrder(streaming.jobs.map((j) => j.planned.run)).flatMap((node) =>
    node.kind === 'TableSourceScan' ? [node.table] : [],
  );
  const { script, inputs: rows } = snapshotOf(given.script, given.inputs, read);
  const request = { ...given, inputs: rows };
  const config = [...Object.entries(given.config), ['execution.runtime-mode', 'BATCH'] as const];
  const compiled = guarded(() => compileScript(script, config));
  if ('failure' in compiled) return { tables: [], refusal: compiled.failure };
  const { session, jobs, diagnostics } = compiled;
  const refusal = diagnostics.find(({ severity }) => severity !== 'warning');
  if (!session || refusal || jobs.length === 0) return { tables: [], refusal: refusal ?? null };
  const plans = shareAll(
    jobs.map((j) => j.planned.run),
    session.config,
  );
  const { startMs, seed } = request;
  const { config: options } = session;
  const made = new Recording(plans, {
    config: options,
    zone: zoneOf(options),
    startMs,
    seed,
    canGenerate,
    clockMs: () => 0,
  });
  const tables = session.catalog.allObjects().filter((o): o is CatalogTable => o.kind === 'table');
  const inputs = readInputs(request, tables, carriedKinds(plans));
  const failure = made.run(inputs.parsed) ?? inputs.failure;
  if (failure) return { tables: [], refusal: failure.diagnostic };
  const { count } = made.stepColumns();
  const end = made.slice(count, count);
  return {
    tables: end.tablesBefore.map(({ sink, rows, size }) => ({
      sink,
      size,
      rows: Array.from(rows, (row) => cellsOf(end, row)),
    })),
    refusal: null,
  };
}

const NO_STEPS: StepColumns = {
  count: 0,
  steps: new Uint16Array(),
  turns: 0,
  jumpStep: new Int32Array(),
  jumpTurn: new Int32Array(),
  startMs: 0,
  arrivalMs: new Float64Array(),
  endMs: 0,
  tickStep: new Int32Array(),
  tickMs: new Float64Array(),
  changes: 0,
};

/** Flink names no place for what a job dies of: it is the statement whose code does not compile, or the only one there is. */
function placed(failure: RunFailure, jobs: CompiledScript['jobs']): RunFailure {
  const { diagnostic } = failure;
  const uncompiled = jobs.find(({ planned }) => planned.run.uncompiled?.diagnostic === diagnostic);
  const span = (uncompiled ?? (jobs.length === 1 ? jobs[0] : undefined))?.span;
  return diagnostic.span || !span ? failure : { ...failure, diagnostic: { ...diagnostic, span } };
}

/** A mistake of our own while compiling is told as one, and leaves the engine usable. */

function guarded<T>(work: () => T): T | { readonly failure: Diagnostic } {
  try {
    return work();
  } catch (error) {
    if (error instanceof SqlError) return { failure: error.diagnostic };
    const message = error instanceof Error ? error.message : String(error);
    return {
      failure: {
        severity: 'error',
        phase: 'internal',
        code: 'internal',
        chain: [`A mistake in Tidemark itself: ${message}`],
        span: null,
      },
    };
  }
}

function lengthProblem(script: string): Diagnostic | null {
  if (script.length <= MAX_SCRIPT_LENGTH) return null;
  return {
    severity: 'error',
    phase: 'limit',
    code: 'script-too-long',
    span: { start: 0, end: 1 },
    chain: [
      `The script has ${script.length.toLocaleString('en-US')} characters; at most ${MAX_SCRIPT_LENGTH.toLocaleString('en-US')} are read.`,
    ],
    hint: 'Take out what is not needed; rows belong into the events, not into the script.',
  };
}

/** Reads all inputs up to the first that is wrong. */
function readInputs(
  request: RunRequest,
  tables: readonly CatalogTable[],
  carried: ReturnType<typeof carriedKinds>,
): { parsed: Inputs; failure: RunFailure | null } {
  const parsed = new Inputs(request.inputs.length);
  const readers = new Map(tables.map((t) => [t.path[2], inputReader(t, carried(t))]));
  for (const [i, event] of request.inputs.entries()) {
    const read = readers.get(event.table);
    if (!read)
      return {
        parsed,
        failure: inputFailure(
          { problem: `There is no table '${event.table}' in the script.`, column: null },
          i,
          event,
        ),
      };
    const input = read(event);
    if (isProblem(input)) return { parsed, failure: inputFailure(input, i, event) };
    parsed.add(event.atMs, input);
  }
  return { parsed, failure: null };
}

// ---------------------------------------------------------------- the plan, described

function describeOperators(plans: readonly Sink[]): OperatorInfo[] {
  const order = operatorOrder(plans);
  return order.map(
    (node, id): OperatorInfo => ({
      id,
      name: node.kind,
      line: physicalLine(node),
      attributes: attributesOf(node),
      label: labelOf(node),
      inputs: node.inputs.map((input) => order.indexOf(input)),
      changelogMode: printMode(node.mode),
      kinds: kindsOf(node.mode),
      why: whyOf(node, order),
      columns: columnsOf(node.fields),
      rowtime:
        node.kind === 'WatermarkAssigner' ? node.rowtime : node.fields.findIndex((f) => isRowtime(f.type)),
      isStateful:
        node.kind === 'Sink'
          ? node.upsertMaterialize
          : node.kind === 'WindowTableFunction'
            ? node.window.kind === 'SESSION'
            : !STATELESS.has(node.kind),
      table:
        node.kind === 'TableSourceScan'
          ? node.table.path[2]
          : node.kind === 'Sink'
            ? (node.table?.path[2] ?? null)
            : null,
      window:
        'window' in node
          ? {
              kind: node.window.kind,
              sizeMs: node.window.sizeMs,
              slideMs: node.window.slideMs,
              isEventTime: isRowtime(node.window.timeType),
            }
          : null,
    }),
  );
}

function whyOf(node: PhysicalNode, order: readonly PhysicalNode[]): OperatorInfo['why'] {
  const { reason, by } = whyKinds(node, order);
  return { reason, by: by && order.indexOf(by) };
}

/** Operators that keep nothing from one row to the next. */
const STATELESS: ReadonlySet<string> = new Set<PhysicalNode['kind']>([
  'TableSourceScan',
  'Values',
  'Calc',
  'Exchange',
  'Union',
  'Expand',
  'ReplicateRows',
  'DropUpdateBefore',
  'WatermarkAssigner',
  'MiniBatchAssigner',
  'LookupJoin',
]);

const columnsOf = (fields: readonly Field[]): ColumnInfo[] =>
  fields.map((f) => ({ name: f.name, type: printType(f.type), kind: 'physical' }));

/** A few words for a node's box. */
function labelOf(node: PhysicalNode): string {
  const attributes = new Map(attributesOf(node));
  switch (node.kind) {
    case 'TableSourceScan':
      return node.table.path[2];
    case 'Sink':
      return node.table?.path[2] ?? 'result';
    case 'Exchange':
      return attributes.get('distribution') ?? '';
    case 'WatermarkAssigner':
      return attributes.get('watermark') ?? '';
    case 'Calc':
      return attributes.get('where') ?? attributes.get('select') ?? '';
    case 'GroupAggregate':
      return attributes.get('groupBy') ?? attributes.get('select') ?? '';
    case 'ChangelogNormalize':
      return attributes.get('key') ?? '';
    case 'Values':
      return attributes.get('tuples') ?? '';
    default:
      return attributes.get('window') ?? '';
  }
}

function describeSinks(plans: readonly Sink[]): SinkInfo[] {
  const order = operatorOrder(plans);
  const names: string[] = [];
  return plans.map((sink): SinkInfo => {
    const name = sinkName(sink, names);
    names.push(name);
    const declared = sinkKey(sink);
    const input = sink.inputs[0]!;
    return {
      name,
      operator: order.indexOf(sink),
      columns: columnsOf(sink.fields),
      key: declared.length > 0 ? declared : (shortestUpsertKey(input) ?? []),
      isRetract: (input.mode & Mode.UB) !== 0,
    };
  });
}
