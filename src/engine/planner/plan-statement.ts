import { SqlError } from '../base/diagnostic.ts';
import { plainError } from '../base/refusal.ts';
import type { Config } from '../catalog/config.ts';
import type { EvaluationContext } from '../functions/function-definition.ts';
import { missingMethod } from '../plan/aggregate-methods.ts';
import { explainText } from '../plan/explain.ts';
import type { Field, LogicalSink } from '../plan/logical.ts';
import type { PhysicalNode, Sink } from '../plan/physical.ts';
import { isRowtime } from '../types/logical-type.ts';
import { RunError } from '../values/run-error.ts';
import { isKnownZone } from '../values/zone.ts';
import { adviceFor } from './changelog/advice.ts';
import { inferChangelog } from './changelog/infer-changelog.ts';
import { resolveNonDeterminism } from './changelog/non-determinism.ts';
import { isBatch } from './physical/batch.ts';
import { checkEmitOptions } from './physical/group-window.ts';
import { applyMiniBatch, bundleJoins, onlyProjects } from './physical/mini-batch.ts';
import { shareSinks, shareSubplans } from './physical/share-subplans.ts';
import { toPhysical } from './physical/to-physical.ts';
import { windowRefusal } from './physical/window.ts';
import { overLogical, overPhysical } from './refused-plan.ts';
import { optimize } from './rules/optimize.ts';
import { syntaxTree } from './rules/syntax-tree.ts';
import { checkOptions } from './statements/check-options.ts';
import { matchSink } from './statements/match-sink.ts';
import type { BoundStatement } from './statements/session.ts';

/** A query or INSERT with its plans. */
export interface PlannedStatement {
  /** As EXPLAIN shows it: a SELECT is content with +U alone. */
  readonly shown: Sink;
  /** As it runs: a SELECT's result wants -U too. */
  readonly run: Sink;
  /** As it is shown beside statements of which one at least is worth mini-batches. */
  readonly batched: Sink;
  /** Whether it only projects and filters, as Flink sees it before it turns sub-queries into joins. */
  readonly isPlain: boolean;
  readonly explain: string;
  /** The query as it was bound. */
  readonly ast: LogicalSink;
  readonly advice: string;
  readonly schema: readonly Field[];
}

/** Refuses what can be explained and not be run: a SELECT whose result has two rowtimes. Throws `SqlError`. */
export function checkRunnable({ run }: PlannedStatement, config: Config): void {
  if (!run.table && !isBatch(config)) overPhysical(run, () => checkRowtimes(run));
}

/** Only one rowtime goes into a table (Flink's StreamExecSink). */
function checkRowtimes(sink: Sink): void {
  const { inputs, table } = sink;
  const input = inputs[0]!;
  const rowtimes = input.fields.filter((f) => isRowtime(f.type));
  if (rowtimes.length <= 1) return;
  const name = table ? table.path.join('.') : '*anonymous_scenario$1*';
  throw plainError(
    'plan',
    'two-rowtimes',
    'TableException',
    `The query contains more than one rowtime attribute column [${rowtimes.map((f) => f.name).join(', ')}] for writing into table '${name}'.\nPlease select the column that should be used as the event-time timestamp for the table sink by casting all other columns to regular TIMESTAMP or TIMESTAMP_LTZ.`,
    null,
    undefined,
    table ? sink : input,
  );
}

/** The road from a bound statement to its plans. Throws `SqlError`. */
export function planStatement(statement: BoundStatement, config: Config): PlannedStatement {
  try {
    return plan(statement, config);
  } catch (error) {
    // A constant that cannot be computed, such as a division by zero, fails the planning.
    if (error instanceof RunError)
      throw new SqlError({
        severity: 'error',
        phase: 'plan',
        code: 'constant-fails',
        chain: error.chain,
        span: null,
      });
    throw error;
  }
}

/** What is refused only when row kinds are settled and operators are made. */
function checkOperators(root: PhysicalNode, config: Config): void {
  const isStream = !isBatch(config);
  if (isStream) checkEmitOptions(root, config);
  checkRefusals(root, isStream);
}

function checkRefusals(node: PhysicalNode, isStream: boolean): void {
  for (const input of node.inputs) checkRefusals(input, isStream);
  const own = 'refusal' in node ? node.refusal : null;
  const refusal = own ?? (isStream ? (windowRefusal(node) ?? missingMethod(node)) : null);
  if (refusal) throw new SqlError(refusal.diagnostic, node);
}

function plan(statement: BoundStatement, config: Config): PlannedStatement {
  const zone = zoneOf(config);
  const isStream = !isBatch(config);
  const logical = statement.sink ? matchSink(statement.logical, isStream) : statement.logical;
  const optimized = overLogical(logical, (sink) => optimize(sink, foldingContext(zone), config, isStream));
  const physical = overLogical(optimized, (root) => bundleJoins(toPhysical(root, config), config));
  checkOptions(physical, config);
  const unresolved = overPhysical(physical, (root) => inferChangelog(root, config, false));
  const wanted = overPhysical(
    statement.sink ? unresolved : overPhysical(physical, (root) => inferChangelog(root, config, true)),
    (root) => resolveNonDeterminism(root, config),
  );
  const inferred = statement.sink ? wanted : unresolved;
  overPhysical(inferred, (root) => {
    checkOperators(root, config);
    if (root.table && isStream) checkRowtimes(root);
  });
  const isPlain = onlyProjects(statement.logical);
  const shown = applyMiniBatch(inferred, isPlain, config);
  const run = statement.sink ? shown : applyMiniBatch(wanted, isPlain, config);
  const details = statement.explain ?? ['CHANGELOG_MODE'];
  if (!isStream && details.includes('PLAN_ADVICE')) throw noAdvice();
  const advice = isStream ? adviceFor([shown], config) : '';
  const ast = syntaxTree(logical, isStream, foldingContext(zone));
  return {
    shown,
    run,
    batched: isPlain ? applyMiniBatch(inferred, false, config) : shown,
    isPlain,
    ast,
    explain: explainText([ast], [shown], shareSubplans([shown], config), {
      modes: isStream && details.includes('CHANGELOG_MODE'),
      advice: details.includes('PLAN_ADVICE') ? advice : null,
      isBatch: !isStream,
    }),
    advice,
    schema: statement.schema,
  };
}

/** EXPLAIN of several statements as one job. */
export function explainTogether(
  planned: readonly PlannedStatement[],
  details: readonly string[],
  config: Config,
): string {
  const isStream = !isBatch(config);
  const isPlain = planned.every((p) => p.isPlain);
  const sinks = shareSinks(
    planned.map((p) => (isPlain ? p.shown : p.batched)),
    config,
  );
  return explainText(
    planned.map((p) => p.ast),
    sinks,
    shareSubplans(sinks, config),
    {
      modes: isStream && details.includes('CHANGELOG_MODE'),
      advice: details.includes('PLAN_ADVICE') ? adviceFor(sinks, config) : null,
      isBatch: !isStream,
    },
  );
}

/** The session's zone, refused in Flink's words if there is none of that name. */
export function zoneOf(config: Config): string {
  const zone = config.string('table.local-time-zone', 'UTC');
  if (zone === 'default') return 'UTC';
  if (!isKnownZone(zone)) {
    throw plainError(
      'plan',
      'bad-zone',
      'ValidationException',
      "Invalid time zone. The value should be a Time Zone Database (TZDB) ID such as 'America/Los_Angeles' to include daylight saving time. Fixed offsets are supported using 'GMT-03:00' or 'GMT+03:00'. Or use 'UTC' without time zone and daylight saving time.",
      null,
    );
  }
  return zone;
}

const noAdvice = (): Error =>
  plainError(
    'plan',
    'batch-advice',
    'UnsupportedOperationException',
    'EXPLAIN PLAN_ADVICE is not supported under batch mode.',
    null,
  );

/** Constants are folded without a clock: what depends on one is not folded. */
function foldingContext(zone: string): EvaluationContext {
  return { zone, nowMs: () => 0, random: () => 0, watermarkMs: () => null };
}
