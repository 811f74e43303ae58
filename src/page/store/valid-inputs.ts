import type { InputEvent, Json } from '../../engine/engine-api.ts';

/** What was read is not what it should be. */
export class InvalidError extends Error {
  override name = 'InvalidError';
}

const EVENTS_MAX = 100_000;

/** Reads inputs that were written by a link or kept by the browser. */
export function validatedEvents(value: unknown): InputEvent[] {
  if (!Array.isArray(value) || value.length > EVENTS_MAX) throw new InvalidError('events');
  let lastMs = 0;
  return value.map((event: unknown): InputEvent => {
    if (!isRecord(event)) throw new InvalidError('event');
    const { table, partition, kind, closes, row, atMs } = event;
    if (typeof table !== 'string' || !isTime(atMs) || atMs < lastMs || !isRecord(row))
      throw new InvalidError('event');
    if (partition !== undefined && !(Number.isInteger(partition) && Number(partition) >= 0)) {
      throw new InvalidError('partition');
    }
    if (kind !== undefined && kind !== '+I' && kind !== '-U' && kind !== '+U' && kind !== '-D') {
      throw new InvalidError('kind');
    }
    if (closes !== undefined && closes !== true) throw new InvalidError('closes');
    lastMs = atMs;
    return {
      table,
      atMs,
      // What JSON.parse made is JSON.
      row: row as { [column: string]: Json },
      ...(partition === undefined ? {} : { partition: Number(partition) }),
      ...(kind === undefined ? {} : { kind }),
      ...(closes === undefined ? {} : { closes }),
    };
  });
}

/** An object that is no list. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A number that can be a time. */
export function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && Math.abs(value) <= 8.64e15;
}
