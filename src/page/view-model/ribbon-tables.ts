import type { ColumnInfo, OperatorInfo, Run } from '../../engine/engine-api.ts';

/** A table whose rows are valid from a time on until the next row of their key. */
export interface RibbonTable {
  readonly name: string;
  /** The join that asks for versions; where nobody asks, the operator that sends them. Its watermark is the one that counts. */
  readonly operator: number;
  /** The operator whose rows are the versions. */
  readonly versions: number;
  readonly columns: readonly ColumnInfo[];
  /** Columns of a version: its key, the time from which it holds, and the others. */
  readonly key: readonly number[];
  readonly time: number;
  readonly values: readonly number[];
  /** Whether a -U only names the row that the next +U takes the place of. */
  readonly ignoresUpdateBefore: boolean;
  /** The operator whose rows ask, their key and the column that names them (-1 for none); null where nobody asks. */
  readonly probes: {
    readonly operator: number;
    readonly key: readonly number[];
    readonly name: number;
  } | null;
}

const tables = new WeakMap<Run, readonly RibbonTable[]>();

/** The versioned tables of a run: those that event-time temporal joins ask; without any, versioned views and versioned tables. */
export function ribbonTables(run: Run): readonly RibbonTable[] {
  const known = tables.get(run);
  if (known) return known;
  const joined = run.operators.flatMap((operator) => joinTable(run, operator) ?? []);
  const made =
    joined.length > 0
      ? joined
      : run.operators.flatMap((operator) => viewTable(run, operator) ?? sourceTable(run, operator) ?? []);
  tables.set(run, made);
  return made;
}

function joinTable(run: Run, join: OperatorInfo): RibbonTable | null {
  if (join.name !== 'TemporalJoin') return null;
  const [left, right] = join.inputs.map((input) => run.operators[input]);
  const where = attribute(join, 'where');
  if (!left || !right || !where) return null;
  // The columns of the join are those of the left side, then those of the right.
  const places = (name: string): number[] =>
    namesIn(where, name).map((column) => join.columns.findIndex((known) => known.name === column));
  const key = places('__TEMPORAL_JOIN_RIGHT_KEY').map((place) => place - left.columns.length);
  const probeKey = places('__TEMPORAL_JOIN_LEFT_KEY');
  if (key.length === 0 || [...key, ...probeKey].some((place) => place < 0)) return null;
  const name = left.columns.findIndex((_, place) => place !== left.rowtime && !probeKey.includes(place));
  return ribbonTable(run, right, key, {
    operator: join.id,
    ignoresUpdateBefore: false,
    probes: { operator: left.id, key: probeKey, name },
  });
}

/** Deduplication by event time: the last row of each partition is the version that holds. */
function viewTable(run: Run, rank: OperatorInfo): RibbonTable | null {
  const isLast = /^ROWTIME .* DESC$/.test(attribute(rank, 'orderBy') ?? '');
  const partition = attribute(rank, 'partitionBy');
  if (rank.name !== 'Rank' || !isLast || !partition) return null;
  if (attribute(rank, 'rankRange') !== 'rankStart=1, rankEnd=1') return null;
  const key = placesOf(rank, partition.split(', '));
  return key && ribbonTable(run, rank, key, { operator: rank.id, ignoresUpdateBefore: true, probes: null });
}

/** A changelog with a primary key and event time. */
function sourceTable(run: Run, assigner: OperatorInfo): RibbonTable | null {
  if (assigner.name !== 'WatermarkAssigner' || !assigner.kinds.some((kind) => kind === '+U' || kind === '-D'))
    return null;
  const table = run.tables.find(({ name }) => name === sourceName(run, assigner));
  if (!table || table.primaryKey.length === 0) return null;
  const key = placesOf(assigner, table.primaryKey);
  return (
    key &&
    ribbonTable(run, assigner, key, { operator: assigner.id, ignoresUpdateBefore: false, probes: null })
  );
}

function ribbonTable(
  run: Run,
  versions: OperatorInfo,
  key: readonly number[],
  rest: Pick<RibbonTable, 'operator' | 'ignoresUpdateBefore' | 'probes'>,
): RibbonTable | null {
  const { rowtime: time, columns } = versions;
  if (time < 0) return null;
  const values = columns.flatMap((_, place) => (place === time || key.includes(place) ? [] : [place]));
  return {
    name: sourceName(run, versions) ?? versions.label,
    versions: versions.id,
    columns,
    key,
    time,
    values,
    ...rest,
  };
}

/** The table that the rows of an operator come from. */
function sourceName(run: Run, operator: OperatorInfo): string | null {
  for (let at: OperatorInfo | undefined = operator; at; at = run.operators[at.inputs[0] ?? -1])
    if (at.table !== null) return at.table;
  return null;
}

function attribute(operator: OperatorInfo, name: string): string | undefined {
  return operator.attributes.find(([key]) => key === name)?.[1].replace(/^\[(.*)\]$/s, '$1');
}

function namesIn(text: string, call: string): string[] {
  return new RegExp(`${call}\\(([^()]*)\\)`).exec(text)?.[1]?.split(', ') ?? [];
}

function placesOf(operator: OperatorInfo, names: readonly string[]): number[] | null {
  const places = names.map((name) => operator.columns.findIndex((column) => column.name === name));
  return places.length === 0 || places.includes(-1) ? null : places;
}
