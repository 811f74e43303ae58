import { sourceKinds } from '../../connectors/connectors.ts';
import { isTop1 } from '../../plan/keys.ts';
import type {
  Calc,
  Join,
  PhysicalAggregate,
  PhysicalNode,
  Rank,
  TemporalJoin,
  WindowJoin,
} from '../../plan/physical.ts';
import type { Rex } from '../../plan/rex.ts';
import { isRowtime, isTimeAttribute } from '../../types/logical-type.ts';
import { filteredInterval } from './column-interval.ts';

/** How a column may change from one update of the same key to the next. */
export type Monotonicity = 'CONSTANT' | 'INCREASING' | 'DECREASING' | 'NOT_MONOTONIC';
type Columns = readonly Monotonicity[] | null;

const constants = (node: PhysicalNode): Columns => node.fields.map(() => 'CONSTANT');
const neverUpdates = (columns: Columns): boolean => columns?.every((c) => c === 'CONSTANT') ?? false;

/**
 * Per column, how it changes across updates (Flink's FlinkRelMdModifiedMonotonicity); null where nothing is known or rows may be deleted. It asks the sources,
 * not the row kinds on edges, so a node need not have its mode yet.
 */
export function modifiedMonotonicity(node: PhysicalNode): Columns {
  const input = node.inputs[0];
  if (node.kind === 'TableSourceScan') {
    const kinds = sourceKinds(node.table);
    return node.fields.map(() => (kinds.size === 1 && kinds.has('+I') ? 'CONSTANT' : 'NOT_MONOTONIC'));
  }
  if (!input) return null;
  switch (node.kind) {
    case 'Calc':
      return ofCalc(node, modifiedMonotonicity(input));
    case 'Exchange':
    case 'GlobalGroupAggregate':
      return modifiedMonotonicity(input);
    case 'WatermarkAssigner':
    case 'MiniBatchAssigner':
    case 'DropUpdateBefore':
    case 'LookupJoin':
    case 'Correlate':
    case 'Expand': {
      const below = modifiedMonotonicity(input);
      return below && (neverUpdates(below) ? constants(node) : node.fields.map(() => 'NOT_MONOTONIC'));
    }
    case 'GroupAggregate':
      if (node.phase === 'FINAL') {
        const below = modifiedMonotonicity(input);
        return (
          below && [...node.groups, ...node.calls.map((c) => c.args[0]!)].map((column) => below[column]!)
        );
      }
      return monotonicityOfAggregate(node.groups, node.calls, input);
    case 'LocalGroupAggregate':
      return monotonicityOfAggregate(node.groups, node.calls, input);
    case 'GroupWindowAggregate':
      return !node.emit && neverUpdates(modifiedMonotonicity(input)) ? constants(node) : null;
    case 'ChangelogNormalize':
      return node.fields.map((_, i) => (node.key.includes(i) ? 'CONSTANT' : 'NOT_MONOTONIC'));
    case 'Union': {
      const below = node.inputs.map(modifiedMonotonicity);
      if (below.includes(null)) return null;
      const isSame = below.every((columns) => columns!.join() === below[0]!.join());
      return isSame ? below[0]! : node.fields.map(() => 'NOT_MONOTONIC');
    }
    case 'Rank':
      return ofRank(node, modifiedMonotonicity(input));
    case 'OverAggregate':
    case 'IntervalJoin':
      return constants(node);
    case 'Join':
    case 'WindowJoin':
    case 'TemporalJoin':
      return ofJoin(node, modifiedMonotonicity(input), modifiedMonotonicity(node.inputs[1]!));
    default:
      return null;
  }
}

/** Groups stay, counts, maxima and sums of what is never negative grow, minima shrink, as long as their input only says the same. */
export function monotonicityOfAggregate(
  groups: readonly number[],
  calls: readonly PhysicalAggregate[],
  input: PhysicalNode,
): Columns {
  const below = modifiedMonotonicity(input);
  if (!below || groups.some((g) => below[g] !== 'CONSTANT')) return null;
  const updates = !neverUpdates(below);
  const ofCall = ({ name, args, filter }: PhysicalAggregate): Monotonicity => {
    if (name === 'COUNT') return updates && args.length > 1 ? 'NOT_MONOTONIC' : 'INCREASING';
    const own = ofFunction(name, args, filter, input);
    return updates && args.length > 0 && below[args[0]!] !== own ? 'NOT_MONOTONIC' : own;
  };
  return [...groups.map(() => 'CONSTANT' as const), ...calls.map(ofCall)];
}

function ofFunction(
  name: string,
  args: readonly number[],
  filter: number,
  input: PhysicalNode,
): Monotonicity {
  if (name === 'MAX') return 'INCREASING';
  if (name === 'MIN') return 'DECREASING';
  const values = name === 'SUM' || name === '$SUM0' ? filteredInterval(input, args[0]!, filter) : null;
  if (!values) return 'NOT_MONOTONIC';
  // Where a least value is known Flink does not ask for the greatest.
  if (values.lower > -Infinity) return values.lower >= 0 ? 'INCREASING' : 'NOT_MONOTONIC';
  return values.upper <= 0 ? 'DECREASING' : 'NOT_MONOTONIC';
}

function ofCalc(node: Calc, below: Columns): Columns {
  if (!below) return null;
  if (neverUpdates(below)) return constants(node);
  if (node.condition && takesBack(node.condition, below)) return node.fields.map(() => 'NOT_MONOTONIC');
  return node.exprs.map((e) => {
    const plain = withoutCasts(e);
    return plain.kind === 'InputRef' ? below[plain.index]! : 'NOT_MONOTONIC';
  });
}

function withoutCasts(rex: Rex): Rex {
  return rex.kind === 'Call' && rex.operator === 'CAST' ? withoutCasts(rex.operands[0]!) : rex;
}

/** Whether a row that fulfilled a condition may cease to by an update. */
function takesBack(rex: Rex, below: readonly Monotonicity[]): boolean {
  const changes = (r: Rex): boolean => r.kind === 'InputRef' && below[r.index] !== 'CONSTANT';
  if (rex.kind === 'InputRef') return changes(rex);
  if (rex.kind !== 'Call') return false;
  const operands = rex.operands.map(withoutCasts);
  const isAnyBut = (kept: Monotonicity): boolean => {
    const found = operands.filter(changes).map((r) => (r.kind === 'InputRef' ? r.index : -1));
    const first = Math.min(...found);
    return found.length > 0 && below[first] !== kept;
  };
  switch (rex.operator) {
    case 'AND':
    case 'OR':
      return operands.slice(0, 2).some((operand) => takesBack(operand, below));
    case '>':
    case '>=':
      return isAnyBut('INCREASING');
    case '<':
    case '<=':
      return isAnyBut('DECREASING');
    case 'SEARCH':
    case '=':
    case '<>':
      return operands.some(changes);
    case 'NOT':
    case 'IS NOT TRUE':
    case 'IS TRUE':
    case 'IS NOT NULL':
    case 'IS NULL':
      return takesBack(operands[0]!, below);
    default:
      return false;
  }
}

/** The best row of a Top-N only gets better: its first sort column grows or shrinks. */
function ofRank(node: Rank, below: Columns): Columns {
  if (!below) return null;
  if (isTop1(node)) {
    if (!neverUpdates(below)) return null;
    const first = node.order[0]!;
    const keepsLast = node.order.length === 1 && first.descending;
    if (!keepsLast && !isRowtime(node.inputs[0]!.fields[first.column]!.type)) return constants(node);
    return node.fields.map((_, i) => (node.partition.includes(i) ? 'CONSTANT' : 'NOT_MONOTONIC'));
  }
  if (node.partition.some((p) => below[p] !== 'CONSTANT')) return null;
  const first = node.order[0];
  return node.fields.map((f, i): Monotonicity => {
    if (first?.column === i) {
      const own = isTimeAttribute(f.type) ? 'INCREASING' : below[i];
      if (first.descending && (own === 'INCREASING' || own === 'CONSTANT')) return 'INCREASING';
      if (!first.descending && (own === 'DECREASING' || own === 'CONSTANT')) return 'DECREASING';
      return 'NOT_MONOTONIC';
    }
    const isKept = node.partition.includes(i) || (node.outputsRank && i === node.fields.length - 1);
    return isKept ? 'CONSTANT' : 'NOT_MONOTONIC';
  });
}

function ofJoin(node: Join | WindowJoin | TemporalJoin, left: Columns, right: Columns): Columns {
  if (!left || !right || node.joinType === 'anti') return null;
  const keysStay =
    node.leftKeys.every((k) => left[k] === 'CONSTANT') &&
    node.rightKeys.every((k) => right[k] === 'CONSTANT');
  const updates = !neverUpdates(left) || !neverUpdates(right);
  if (!keysStay || (updates && node.residual !== null)) return null;
  return node.joinType === 'semi' ? left : [...left, ...right];
}
