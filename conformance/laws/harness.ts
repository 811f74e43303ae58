import { Job, operatorOrder } from '../../src/engine/job/job.ts';
import type { PhysicalNode, Sink } from '../../src/engine/plan/physical.ts';
import { compileScript } from '../../src/engine/script/compile-script.ts';
import { StepLog, TraceLog } from '../../src/engine/trace/trace-log.ts';
import type { Row, Value } from '../../src/engine/types/logical-type.ts';

/** What laws are held against: a query, run change by change with whatever ways to watch it. */

export interface Change {
  readonly table: string;
  readonly kind: number;
  readonly row: Row;
}
export interface Sent {
  readonly kind: number;
  readonly row: Row;
}

export const [INSERT, UPDATE_BEFORE, UPDATE_AFTER, DELETE] = [0, 1, 2, 3] as const;
export const isAddition = (kind: number): boolean => kind === INSERT || kind === UPDATE_AFTER;

export interface Query {
  readonly plans: readonly Sink[];
  readonly nodes: readonly PhysicalNode[];
  readonly config: ConstructorParameters<typeof Job>[1]['config'];
  readonly sql: string;
}

/** Plans a query; what must be planned is no law's business to doubt. */
export function plan(ddl: string, sql: string, config: readonly (readonly [string, string])[] = []): Query {
  const { session, jobs, diagnostics } = compileScript(`${ddl}\n${sql};`, config);
  const problem = diagnostics.find((d) => d.severity === 'error' || d.code === 'not-supported-here');
  if (problem || !session || jobs.length === 0) throw new Error(`${sql}\n${problem?.chain.join('\n')}`);
  const plans = jobs.map((j) => j.planned.run);
  return { plans, nodes: operatorOrder(plans), config: session.config, sql };
}

export interface Options {
  readonly canGenerate?: boolean;
  readonly trace?: TraceLog | null;
  readonly onWatermark?: (ms: number) => void;
}

/** A running query and all it has sent so far. */
export class Running {
  readonly sent: Sent[] = [];
  readonly job: Job;
  #turn = 0;

  constructor(
    query: Query,
    { canGenerate = true, trace = null, onWatermark = () => {} }: Options = {},
    before?: Running,
  ) {
    this.job = new Job(query.plans, {
      config: query.config,
      startMs: 0,
      seed: 1,
      zone: 'UTC',
      canGenerate,
      steps: trace ? new StepLog(0) : null,
      trace,
      collector: () => ({
        row: (kind, row) => void this.sent.push({ kind, row }),
        watermark: onWatermark,
      }),
    });
    if (before) this.job.restore(before.job.snapshot());
    else this.job.start([]);
  }

  push({ table, kind, row }: Change): void {
    this.job.beginTurn(++this.#turn);
    this.job.push(`default_catalog.default_database.${table}`, 0, kind, row);
  }

  pushAll(changes: readonly Change[]): this {
    for (const change of changes) this.push(change);
    return this;
  }

  end(): this {
    this.job.end();
    return this;
  }

  get text(): string[] {
    return this.sent.map(({ kind, row }) => `${KINDS[kind]}${printed(row)}`);
  }
}

export const KINDS = ['+I', '-U', '+U', '-D'] as const;

export const printed = (row: Row): string => `(${row.map(printedValue).join(', ')})`;
function printedValue(value: Value): string {
  if (value === null) return 'NULL';
  if (typeof value === 'bigint') return String(value);
  return Array.isArray(value) ? printed(value as Row) : JSON.stringify(value);
}

/** Rows and how often each is there; a count below zero is a row taken back that was not there. */
export class Multiset {
  readonly counts = new Map<string, number>();

  add(row: Row, times = 1): number {
    const key = printed(row);
    const count = (this.counts.get(key) ?? 0) + times;
    if (count === 0) this.counts.delete(key);
    else this.counts.set(key, count);
    return count;
  }

  apply({ kind, row }: Sent): number {
    return this.add(row, isAddition(kind) ? 1 : -1);
  }

  get lines(): string[] {
    return [...this.counts].map(([row, count]) => `${count} x ${row}`).sort();
  }
}

export const multisetOf = (rows: readonly Row[]): string[] => {
  const set = new Multiset();
  for (const row of rows) set.add(row);
  return set.lines;
};
export const tableOf = (sent: readonly Sent[]): string[] => {
  const set = new Multiset();
  for (const change of sent) set.apply(change);
  return set.lines;
};

/** What a table holds after changes to it. */
export function contentOf(changes: readonly Change[], table: string): Row[] {
  const rows: Row[] = [];
  for (const change of changes) {
    if (change.table !== table) continue;
    if (isAddition(change.kind)) rows.push(change.row);
    else
      rows.splice(
        rows.findIndex((row) => printed(row) === printed(change.row)),
        1,
      );
  }
  return rows;
}

/** State as the page shows it, of the operators that both jobs have. */
export const stateOf = (query: Query, { job }: Running): string[] =>
  query.nodes.map((node, id) => {
    const state = job.inspectAt(id);
    return `${id} ${node.kind} ${JSON.stringify({
      tables: (state?.tables ?? []).map((t) => ({ ...t, rows: t.rows.map((r) => r.join('|')).sort() })),
      timers: (state?.timersMs ?? []).map((t) => t.atMs),
    })}`;
  });

const plain = (): Options => ({});
const traced = (): Options => ({ trace: new TraceLog() });
const closures = (): Options => ({ canGenerate: false });
/** Who runs the first part of a run, and who the second. */
const WAYS = [
  [plain, plain],
  [plain, traced],
  [traced, plain],
  [closures, closures],
] as const;

/** What a run says and remembers in one part and in two, `share` tenths and the rest, whoever watches. */
export function seams(
  query: Query,
  changes: readonly Change[],
  share: number,
): { readonly whole: string[][]; readonly inParts: string[][] } {
  const cut = Math.floor((share * changes.length) / 10);
  const whole: string[][] = [];
  const inParts: string[][] = [];
  for (const [first, second] of WAYS) {
    const one = new Running(query, second()).pushAll(changes);
    const before = new Running(query, first()).pushAll(changes.slice(0, cut));
    const after = new Running(query, second(), before).pushAll(changes.slice(cut));
    whole.push(stateOf(query, one), one.end().text);
    inParts.push(stateOf(query, after), [...before.text, ...after.end().text]);
  }
  return { whole, inParts };
}
