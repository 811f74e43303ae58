import { notYet, plainError } from '../../base/refusal.ts';
import type { Config } from '../../catalog/config.ts';
import type { LogicalNode, WindowSpec } from '../../plan/logical.ts';
import type { EmitStrategy, PhysicalNode } from '../../plan/physical.ts';
import { isProctime, isTimeAttribute } from '../../types/logical-type.ts';
import { callOver } from '../rules/logical-tools.ts';
import { exchange, physicalCalls } from './physical-tools.ts';
import type { Planning } from './window.ts';

/** GROUP BY TUMBLE, HOP or SESSION: the older form, with early and late firing. */
export function planGroupWindow(
  planning: Planning,
  given: Extract<LogicalNode, { kind: 'WindowAggregate' }>,
): PhysicalNode {
  const node = clockWindow(given);
  const input = planning.node(node.input);
  if (!isTimeAttribute(node.window.timeType))
    throw notYet('a window over a column that is no time attribute', null);
  return {
    kind: 'GroupWindowAggregate',
    inputs: [exchange(input, node.groups)],
    fields: node.fields,
    mode: 0,
    groups: node.groups,
    calls: physicalCalls(node.calls),
    window: node.window,
    properties: node.properties,
    emit: emitStrategy(planning, node.window.kind),
    inputRetracts: false,
  };
}

function emitStrategy(planning: Planning, kind: WindowSpec['kind']): EmitStrategy | null {
  const early = planning.config.boolean('table.exec.emit.early-fire.enabled', false);
  const late = planning.config.boolean('table.exec.emit.late-fire.enabled', false);
  if (!early && !late) return null;
  if (kind === 'SESSION')
    throw plainError(
      'plan',
      'session-emit',
      'TableException',
      "Session window doesn't support EMIT strategy currently.",
      null,
    );
  const delayMs = (when: 'Early' | 'Late', isOn: boolean): number | null => {
    if (!isOn) return null;
    const ms = planning.config.durationMs(`table.exec.emit.${when.toLowerCase()}-fire.delay`, -1);
    if (ms >= 0) return ms;
    throw plainError(
      'plan',
      'fire-delay',
      'TableException',
      `${when}-fire delay should not be null or negative value when${when === 'Late' ? '' : ' '}enable ${when.toLowerCase()}-fire emit strategy.`,
      null,
    );
  };
  const earlyMs = delayMs('Early', early);
  // Nothing is late but for late firing.
  const latenessMs = late
    ? planning.config.durationMs(
        'table.exec.emit.allow-lateness',
        planning.config.durationMs('table.exec.state.ttl', 0),
      )
    : 0;
  if (late && latenessMs <= 0)
    throw plainError(
      'plan',
      'late-fire',
      'TableException',
      "The 'AFTER WATERMARK' emit strategy requires set 'allow-lateness' or 'minIdleStateRetentionTime' in table config.",
      null,
    );
  const lateMs = delayMs('Late', late);
  if (lateMs !== null && latenessMs < lateMs)
    throw plainError(
      'plan',
      'late-fire',
      'TableException',
      `Allow-lateness [${latenessMs}ms] should not be smaller than Late-fire delay [${lateMs}ms] when enable late-fire emit strategy.`,
      null,
    );
  return { earlyMs, lateMs, latenessMs };
}

/** Windows of table functions fire at their end alone: refused once the plan is there. */
export function checkEmitOptions(node: PhysicalNode, config: Config): void {
  const isFired = (when: string): boolean => config.boolean(`table.exec.emit.${when}-fire.enabled`, false);
  const isAggregate = (n: PhysicalNode): boolean =>
    n.kind === 'WindowAggregate' || n.kind === 'GlobalWindowAggregate' || n.inputs.some(isAggregate);
  if (isAggregate(node) && (isFired('early') || isFired('late')))
    throw plainError(
      'plan',
      'emit-with-tvf',
      'TableException',
      "Currently, window table function based aggregate doesn't support early-fire and late-fire configuration 'table.exec.emit.early-fire.enabled' and 'table.exec.emit.late-fire.enabled'.",
      null,
    );
}

/** A window over the clock reads its input without the column of the clock, which Flink still names by its place behind the table's columns. */
function clockWindow(
  node: Extract<LogicalNode, { kind: 'WindowAggregate' }>,
): Extract<LogicalNode, { kind: 'WindowAggregate' }> {
  const calc = node.input;
  if (!isProctime(node.window.timeType) || calc.kind !== 'Calc' || calc.condition) return node;
  const clock = node.window.time;
  const width = calc.input.fields.length;
  const time = calc.exprs[clock]!;
  if (calc.input.kind !== 'Scan' || time.kind !== 'Call' || time.operator !== 'PROCTIME') return node;
  const at = calc.exprs.map((e) => (e.kind === 'InputRef' ? e.index : -1));
  if (at.some((column, i) => column < 0 && i !== clock)) {
    const fields = calc.fields.map((f, i) => (i === clock ? { ...f, name: `$f${width}` } : f));
    return { ...node, input: { ...calc, fields } };
  }
  return {
    ...node,
    input: calc.input,
    groups: node.groups.map((g) => at[g]!),
    calls: node.calls.map((c) => callOver(c, (i) => at[i]!)),
    window: { ...node.window, time: width },
  };
}
