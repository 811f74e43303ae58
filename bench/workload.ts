import type { Row } from '../src/engine/types/logical-type.ts';
import type { Sink } from './fingerprint.ts';

/** What a workload runs over: rows in order of arrival and the table each goes to. All events are counted, those that no table takes as well. */
export interface Data {
  readonly count: number;
  /** For each event the place of its table in the workload's `tables`, or `NO_TABLE`. */
  readonly tableOf: Uint8Array;
  /** Of the events that go to a table, their rows. */
  readonly rows: readonly Row[];
}
export const NO_TABLE = 255;

/** A hand-written loop: what someone would write who knows the query and nothing else; one row object for every change it sends. */
export interface Loop {
  push(from: number, to: number): void;
  finish(): void;
}

export interface Workload<D extends Data = Data> {
  readonly name: string;
  /** `CREATE TABLE` statements, and the tables' names in the order of `Data.tableOf`. */
  readonly ddl: string;
  readonly tables: readonly string[];
  readonly sql: string;
  /** Numbers of events to time it over, where not the usual ones; only what is compiled is then timed, without a trace. */
  readonly sizes?: readonly number[];
  readonly generate: (count: number, seed: number) => D;
  readonly loop: (data: D, sink: Sink) => Loop;
  /** Columns of the loop's row objects, in the order of the query's. */
  readonly columns: readonly string[];
  /** Counts what its state holds, for workloads whose state is weighed. */
  readonly held?: { readonly what: string; readonly count: (data: D) => number };
}
