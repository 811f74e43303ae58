import type { CatalogTable } from '../catalog/catalog.ts';
import { type ChangelogKinds, partitionsOf, sourceKinds } from '../connectors/connectors.ts';
import { type InputEvent, type Json, ROW_KINDS, type RunFailure } from '../engine-api.ts';
import { CLOSING, type ParsedInput } from '../job/inputs.ts';
import type { PhysicalNode } from '../plan/physical.ts';
import { DELETE, INSERT, UPDATE_AFTER, UPDATE_BEFORE } from '../runtime/port.ts';
import { inMilliseconds, type Value } from '../types/logical-type.ts';
import { parseJson } from '../values/parse-json.ts';

const KIND_NUMBERS: { readonly [kind: string]: number } = {
  '+I': INSERT,
  '-U': UPDATE_BEFORE,
  '+U': UPDATE_AFTER,
  '-D': DELETE,
};

export type InputProblem = { readonly problem: string; readonly column: string | null };

const ANY: ChangelogKinds = new Set(ROW_KINDS);

/**
 * What the rows of a table may be: what the scans of it that stream carry, each with the options that a hint gives it. A table that is only looked up
 * takes any change.
 */
export function carriedKinds(plans: readonly PhysicalNode[]): (table: CatalogTable) => ChangelogKinds {
  const streamed = new Map<string, ChangelogKinds>();
  const looked = new Set<string>();
  const visit = (node: PhysicalNode, isLooked: boolean): void => {
    if (node.kind === 'TableSourceScan') {
      const path = node.table.path.join('.');
      if (isLooked) looked.add(path);
      else streamed.set(path, new Set([...(streamed.get(path) ?? []), ...sourceKinds(node.table)]));
    }
    node.inputs.forEach((input, i) => visit(input, isLooked || (node.kind === 'LookupJoin' && i === 1)));
  };
  for (const plan of plans) visit(plan, false);
  return (table) => {
    const path = table.path.join('.');
    return streamed.get(path) ?? (looked.has(path) ? ANY : sourceKinds(table));
  };
}

/**
 * Reads the inputs of one table; made once for each table, used for each row.
 * @param allowed What its rows may be.
 */
export function inputReader(
  table: CatalogTable,
  allowed = sourceKinds(table),
): (event: {
  readonly partition?: number;
  readonly kind?: string;
  readonly closes?: boolean;
  readonly row: { readonly [column: string]: Json };
}) => ParsedInput | InputProblem {
  const stored = table.columns.filter((c) => c.kind !== 'computed');
  const names = new Set(stored.map((c) => c.name));
  const path = table.path.join('.');
  const name = table.path[2];
  const partitions = partitionsOf(table) ?? 0;
  const closed = new Set<number>();
  return (event) => {
    const partition = event.partition ?? 0;
    if (event.closes && partition >= partitions)
      return {
        problem: `Table '${name}' has no partition ${partition} that could end: its 'partitions' say that it has ${partitions}.`,
        column: null,
      };
    if (closed.has(partition))
      return { problem: `Partition ${partition} of table '${name}' has ended before.`, column: null };
    if (event.closes) {
      closed.add(partition);
      return { table: path, partition, kind: CLOSING, row: [] };
    }
    const kindName = event.kind ?? '+I';
    const kind = KIND_NUMBERS[kindName];
    if (kind === undefined)
      return { problem: `'${kindName}' is no row kind: use +I, -U, +U or -D.`, column: null };
    if (!allowed.has(kindName as never))
      return {
        problem: `Table '${name}' does not carry ${kindName}: its 'changelog-mode' allows ${[...allowed].join(', ')}.`,
        column: null,
      };
    const given = event.row;
    if (given === null || typeof given !== 'object' || Array.isArray(given))
      return { problem: 'A row is an object: {"column": value, …}.', column: null };
    for (const column of Object.keys(given)) {
      if (!names.has(column))
        return {
          problem: `Table '${name}' has no column '${column}' to give a value for. It has ${[...names].join(', ')}.`,
          column,
        };
    }
    const row: Value[] = [];
    for (const column of stored) {
      const parsed = parseJson(given[column.name], inMilliseconds(column.type));
      if ('problem' in parsed) return { problem: parsed.problem, column: column.name };
      row.push(parsed.value);
    }
    return { table: path, partition, kind, row };
  };
}

export const isProblem = (parsed: ParsedInput | InputProblem): parsed is InputProblem => 'problem' in parsed;

export function inputFailure(problem: InputProblem, input: number, event: InputEvent): RunFailure {
  return {
    diagnostic: {
      severity: 'error',
      phase: 'run',
      code: 'bad-input',
      chain: [`Row ${input + 1} of table '${event.table}': ${problem.problem}`],
      span: null,
    },
    input,
    column: problem.column,
    operator: null,
  };
}
