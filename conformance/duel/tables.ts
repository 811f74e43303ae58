import type { Random } from '../../src/engine/base/random.ts';
import type { Json } from '../../src/engine/engine-api.ts';
import type { TimelineEntry } from '../../src/engine/script/answer-case.ts';
import { pickFrom } from './topic.ts';

/** A source of the columns `k, v, s`, and of what `extra` declares. */
export interface Table {
  readonly mode: 'insert' | 'retract' | 'upsert';
  readonly key: readonly string[];
  readonly types: { readonly [column: string]: string };
  readonly extra: readonly string[];
  readonly partitions: number;
}
/** What happens to a table. What it says of its rows follows from what it held before, so that any part of a story is one. */
export interface Happening {
  readonly table: number;
  readonly action: 'put' | 'drop' | 'change' | 'close';
  /** How long nothing happens before, in milliseconds. */
  readonly pause?: number;
  readonly row: { readonly [column: string]: Json };
  /** Which of the rows that are there is meant. */
  readonly which: number;
  readonly partition: number;
}

const VALUES: { readonly [type: string]: readonly Json[] } = {
  INT: [1, 2, 3, 4, -5],
  BIGINT: [1, 2, 3, 4, -5],
  DOUBLE: [0.5, 1.25, 2, 3, -4],
  'DECIMAL(10, 2)': [0.5, 1.25, 2, 3, -4],
  STRING: ['a', 'b', 'c', ''],
};
/** When a story starts unless it says otherwise. */
export const START = Date.UTC(2026, 0, 1);

/** A moment some seconds into the story, as Flink's JSON writes it. */
export const moment = (second: number, isZoned: boolean, start = START): string =>
  `${new Date(start + Math.round(second * 1000)).toISOString().slice(0, 23).replace('T', ' ')}${isZoned ? 'Z' : ''}`;

/** A row of a table; time goes on by and by, with disorder. */
function makeRow(random: Random, table: Table, second: number, start: number): Happening['row'] {
  return Object.fromEntries(
    Object.entries(table.types).map(([column, type]) => {
      if (type.startsWith('TIMESTAMP')) {
        const late = random.next() < 0.3 ? random.next() * 14 : 0;
        return [
          column,
          moment(Math.max(0, Math.round(second - late)), type.startsWith('TIMESTAMP_LTZ'), start),
        ];
      }
      const isNull = !table.key.includes(column) && random.next() < 0.12;
      return [column, isNull ? null : pickFrom(random, VALUES[type] ?? [])];
    }),
  );
}

/** What mostly happens to a table that changes. */
const TOLD = ['put', 'put', 'put', 'change', 'drop'] as const;

/** A story of so many happenings over some tables. */
export function makeStory(
  random: Random,
  tables: readonly Table[],
  length: number,
  { start = START, pauseMs = 0 }: { readonly start?: number; readonly pauseMs?: number } = {},
): Happening[] {
  let second = 0;
  return Array.from({ length }, () => {
    const number = Math.floor(random.next() * tables.length);
    const table = tables[number]!;
    second += random.next() * 4;
    const closes = table.partitions > 1 && random.next() < 0.06;
    const told = table.mode === 'insert' ? ['put' as const] : TOLD;
    return {
      table: number,
      action: closes ? 'close' : pickFrom(random, told),
      row: makeRow(random, table, second, start),
      ...(pauseMs > 0 && random.next() < 0.1 ? { pause: pauseMs } : {}),
      which: Math.floor(random.next() * 8),
      partition: Math.floor(random.next() * table.partitions),
    };
  });
}

export function declare(table: Table, number: number): string {
  const columns = Object.entries(table.types).map(
    ([name, type]) => `${name} ${type}${table.key.includes(name) ? ' NOT NULL' : ''}`,
  );
  const key = table.key.length > 0 ? [`PRIMARY KEY (${table.key.join(', ')}) NOT ENFORCED`] : [];
  const modes = {
    insert: '',
    retract: ", 'changelog-mode'='I,UB,UA,D'",
    upsert: ", 'changelog-mode'='I,UA,D'",
  };
  const partitions = table.partitions > 1 ? `, 'partitions'='${table.partitions}'` : '';
  const options = `'connector'='scenario'${modes[table.mode]}${partitions}`;
  return `CREATE TABLE t${number} (${[...columns, ...table.extra, ...key].join(', ')}) WITH (${options})`;
}

/** The changelogs of a story: no row leaves a table that is not there, and no key is there twice. */
export function tellStory(tables: readonly Table[], story: readonly Happening[]): TimelineEntry[] {
  const held = tables.map((): Happening['row'][] => []);
  const closed = tables.map(() => new Set<number>());
  const pauseOf = ({ pause }: Happening): TimelineEntry[] => (pause === undefined ? [] : [{ pause }]);
  const tell = (happening: Happening): TimelineEntry[] => {
    const table = tables[happening.table]!;
    const rows = held[happening.table]!;
    const { partition } = happening;
    const ended = closed[happening.table]!;
    if (ended.has(partition)) return [];
    if (happening.action === 'close') {
      ended.add(partition);
      return [{ table: `t${happening.table}`, partition, closes: true }];
    }
    const say = (kind: string, row: Happening['row']): TimelineEntry => ({
      table: `t${happening.table}`,
      ...(kind === '+I' ? {} : { kind }),
      ...(table.partitions > 1 ? { partition } : {}),
      row,
    });
    const isKeyed = table.mode !== 'insert' && table.key.length > 0;
    const hasKey = (row: Happening['row']): boolean =>
      table.key.every((column) => row[column] === happening.row[column]);
    const old = isKeyed
      ? rows.findIndex(hasKey)
      : happening.action === 'put' || rows.length === 0
        ? -1
        : happening.which % rows.length;
    if (happening.action === 'drop') return rows.splice(old, old < 0 ? 0 : 1).map((row) => say('-D', row));
    if (old < 0) {
      if (table.mode !== 'insert') rows.push(happening.row);
      return [say('+I', happening.row)];
    }
    const [before] = rows.splice(old, 1, happening.row);
    const after = say('+U', happening.row);
    return table.mode === 'upsert' ? [after] : [say('-U', before!), after];
  };
  return story.flatMap((happening) => [...pauseOf(happening), ...tell(happening)]);
}
