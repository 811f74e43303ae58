import { partitionsOf } from '../../connectors/connectors.ts';
import { idleTimeoutMs } from '../../connectors/watermark-options.ts';
import type { Calc, ChangelogNormalize, PhysicalNode, WatermarkAssigner } from '../../plan/physical.ts';
import { call, type InputRef, MAY_MISS, type Rex, ref } from '../../plan/rex.ts';
import { and } from '../../plan/rex-build.ts';
import { changesNothing, mapRex, passesAll } from '../../plan/rex-tools.ts';
import { simplifyCondition } from '../simplify/simplify-condition.ts';
import { exchange } from './physical-tools.ts';

/** Merges a Calc into one right below it. */
export function mergePhysicalCalc(calc: Calc): PhysicalNode {
  const below = calc.inputs[0]!;
  if (below.kind !== 'Calc') return calc;
  const inline = (rex: Rex): Rex => replaceRefs(rex, below.exprs);
  const conditions = [below.condition, calc.condition && inline(calc.condition)].filter((c) => c !== null);
  const condition = conditions.length > 1 ? simplifyCondition(and(conditions)) : (conditions[0] ?? null);
  const exprs = calc.exprs.map(inline);
  const source = below.inputs[0]!;
  // The window's bounds keep the names that the aggregate gives them.
  const isWindowed = source.kind === 'WindowAggregate' || source.kind === 'GlobalWindowAggregate';
  const isSame = isWindowed
    ? passesAll(exprs, source.fields.length)
    : changesNothing(exprs, calc.fields, source.fields);
  const isSource = condition === null && isSame;
  return isSource ? source : { ...calc, inputs: below.inputs, exprs, condition };
}

/**
 * What expressions over aggregates find NULL although it is NOT NULL: LAG and LEAD with a default give the NULL of another row, LISTAGG and ARRAY_AGG have nothing
 * where no row passes their filter, or none is there.
 */
export function withMissing<T extends Pick<Calc, 'exprs' | 'condition'>>(of: T, input: PhysicalNode): T {
  const missing = missingColumns(input);
  if (missing.size === 0) return of;
  const mark = (rex: Rex): Rex =>
    mapRex(rex, (r) => (r.kind === 'InputRef' && missing.has(r.index) ? call(MAY_MISS, [r], r.type) : r));
  return { ...of, exprs: of.exprs.map(mark), condition: of.condition && mark(of.condition) };
}

function missingColumns(node: PhysicalNode): ReadonlySet<number> {
  const columns = (isMissing: (column: number) => boolean): ReadonlySet<number> =>
    new Set(node.fields.flatMap(({ type }, i) => (!type.nullable && isMissing(i) ? [i] : [])));
  switch (node.kind) {
    case 'OverAggregate':
    case 'BatchOver': {
      const calls = (node.kind === 'BatchOver' ? node.groups : [node.group]).flatMap((g) => g.calls);
      const names = calls.map((c) => c.name);
      const below = missingColumns(node.inputs[0]!);
      const first = node.fields.length - calls.length;
      return columns((i) => below.has(i) || names[i - first] === 'LAG' || names[i - first] === 'LEAD');
    }
    case 'GroupAggregate':
    case 'GroupWindowAggregate':
    case 'WindowAggregate':
    case 'GlobalWindowAggregate': {
      const names = node.calls.map((c) => c.name);
      return columns((i) => COLLECTING.has(names[i - node.groups.length] ?? ''));
    }
    case 'Calc': {
      const below = missingColumns(node.inputs[0]!);
      return columns((i) => {
        const rex = node.exprs[i]!;
        return rex.kind === 'InputRef' && below.has(rex.index);
      });
    }
    case 'Join': {
      const [left, right] = node.inputs.map(missingColumns);
      const width = node.inputs[0]!.fields.length;
      return columns((i) => (i < width ? left!.has(i) : right!.has(i - width)));
    }
    case 'Exchange':
    case 'Collect':
      return missingColumns(node.inputs[0]!);
    default:
      return NONE;
  }
}

const COLLECTING: ReadonlySet<string> = new Set(['LISTAGG', 'ARRAY_AGG']);
const NONE: ReadonlySet<number> = new Set();

function replaceRefs(rex: Rex, exprs: readonly Rex[]): Rex {
  if (rex.kind === 'InputRef') return exprs[rex.index]!;
  return rex.kind === 'Call' ? { ...rex, operands: rex.operands.map((o) => replaceRefs(o, exprs)) } : rex;
}

/**
 * Sources with partitions make their watermarks themselves (PushWatermarkIntoTableSourceScanRule); columns that are computed for the assigner stay above the
 * source then, one of them the rowtime (PushWatermarkIntoTableSourceScanAcrossCalcRule).
 */
export function watermarkInSource(assigner: WatermarkAssigner, globalTimeoutMs: number): PhysicalNode {
  const input = assigner.inputs[0]!;
  const calc = input.kind === 'Calc' ? input : null;
  const completed = calc ? calc.inputs[0]! : input;
  const normalize = completed.kind === 'ChangelogNormalize' ? completed : null;
  const scan = normalize ? normalize.inputs[0]!.inputs[0]! : completed;
  if (scan.kind !== 'TableSourceScan' || partitionsOf(scan.table) === null) return assigner;
  const { rowtime, watermark: expression, fields } = assigner;
  const timeoutMs = idleTimeoutMs(scan.table.options, globalTimeoutMs);
  const above = (source: PhysicalNode): PhysicalNode =>
    normalize ? normalized(normalize, source, normalize.key) : source;
  if (!calc) return above({ ...scan, fields, watermark: { rowtime, expression, idleTimeoutMs: timeoutMs } });
  const time = calc.exprs[rowtime]!;
  const watermark = {
    rowtime: time.kind === 'InputRef' ? time.index : -1,
    expression: replaceRefs(expression, calc.exprs),
    idleTimeoutMs: timeoutMs,
  };
  const exprs = calc.exprs.with(rowtime, call('Reinterpret', [time], fields[rowtime]!.type));
  return { ...calc, inputs: [above({ ...scan, watermark })], fields, exprs };
}

/**
 * Watermarks are assigned below where the changes of an upsert source are completed (WatermarkAssignerChangelogNormalizeTransposeRule); columns computed
 * for them go along, and so does the key. A projection that together with the key would only put columns in another order stays above.
 */
export function belowNormalize(assigner: WatermarkAssigner): PhysicalNode {
  const input = assigner.inputs[0]!;
  const calc = input.kind === 'Calc' && !input.condition ? input : null;
  const normalize = calc ? calc.inputs[0]! : input;
  if (normalize.kind !== 'ChangelogNormalize') return assigner;
  const source = normalize.inputs[0]!.inputs[0]!;
  if (!calc) return normalized(normalize, { ...assigner, inputs: [source] }, normalize.key);
  const placeOf = (column: number): number =>
    calc.exprs.findIndex((e) => e.kind === 'InputRef' && e.index === column);
  const missing = normalize.key.filter((k) => placeOf(k) < 0);
  if (missing.length > 0 && isPermutation(calc, missing)) {
    const below = { ...assigner, ...assignedBefore(calc, assigner, source) };
    const exprs = calc.exprs.with(
      assigner.rowtime,
      ref(below.rowtime, assigner.fields[assigner.rowtime]!.type),
    );
    return { ...calc, inputs: [normalized(normalize, below, normalize.key)], fields: assigner.fields, exprs };
  }
  const width = calc.fields.length;
  const computed: Calc = {
    ...calc,
    inputs: [source],
    exprs: [...calc.exprs, ...missing.map((k) => ref(k, source.fields[k]!.type))],
    fields: [...calc.fields, ...missing.map((k) => source.fields[k]!)],
  };
  const fields = [...assigner.fields, ...computed.fields.slice(width)];
  const key = normalize.key.map((k) => (missing.includes(k) ? width + missing.indexOf(k) : placeOf(k)));
  const made = normalized(normalize, { ...assigner, inputs: [computed], fields }, key);
  if (missing.length === 0) return made;
  const exprs = assigner.fields.map((f, i) => ref(i, f.type));
  return { kind: 'Calc', inputs: [made], fields: assigner.fields, mode: 0, exprs, condition: null };
}

/** Whether a projection and the key's columns that it leaves out are all columns of its input, each of them once. */
function isPermutation(calc: Calc, missing: readonly number[]): boolean {
  const columns = calc.exprs.map((e) => (e.kind === 'InputRef' ? e.index : -1)).concat(missing);
  const width = calc.inputs[0]!.fields.length;
  return !columns.includes(-1) && columns.length === width && new Set(columns).size === width;
}

/** An assigner of watermarks above a projection of columns as it would be below it. */
function assignedBefore(
  calc: Calc,
  { rowtime, watermark, fields }: WatermarkAssigner,
  source: PhysicalNode,
): Pick<WatermarkAssigner, 'inputs' | 'fields' | 'rowtime' | 'watermark'> {
  const at = (calc.exprs[rowtime] as InputRef).index;
  return {
    inputs: [source],
    fields: source.fields.with(at, { ...source.fields[at]!, type: fields[rowtime]!.type }),
    rowtime: at,
    watermark: replaceRefs(watermark, calc.exprs),
  };
}

const normalized = (
  normalize: ChangelogNormalize,
  input: PhysicalNode,
  key: readonly number[],
): ChangelogNormalize => ({ ...normalize, inputs: [exchange(input, key)], fields: input.fields, key });
