import { deflateSync, Inflate, strFromU8, strToU8 } from 'fflate';
import type { InputEvent } from '../../engine/engine-api.ts';
import { InvalidError, isRecord, isTime, validatedEvents } from './valid-inputs.ts';

/** What a link carries. */
export interface Shared {
  readonly scenarioId: string;
  /** Left out where it is the scenario's. */
  readonly sql?: string;
  readonly config?: { readonly [key: string]: string };
  readonly startMs?: number;
  readonly endMs?: number;
  readonly events?: readonly InputEvent[];
  readonly position: number;
}

const PREFIX = '#v1.';
const INFLATED_BYTES_MAX = 1_000_000;
const PIECE_BYTES = 1024;

/** Part of the format: never changed for `v1`. */
const DICTIONARY = strToU8(
  `{"scenario":"","sql":"CREATE TABLE clicks (\\n  \`user\` STRING,\\n  ts TIMESTAMP(3),\\n  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND\\n) WITH ('connector' = 'scenario', 'changelog-mode' = 'I,UB,UA,D');\\n\\nSELECT window_start, window_end, COUNT(*) AS cnt, SUM(amount), PRIMARY KEY (id) NOT ENFORCED BIGINT INT DOUBLE DECIMAL(10, 2) BOOLEAN\\nFROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '10' SECOND))\\nWHERE LEFT JOIN ON ORDER BY HAVING PARTITION BY ROW_NUMBER() OVER FOR SYSTEM_TIME AS OF\\nGROUP BY window_start, window_end;\\n","config":{},"start":1586952000000,"events":[{"table":"clicks","atMs":1000,"kind":"-U","kind":"+U","kind":"-D","partition":1,"row":{"user":"Mary","user":"Bob","ts":"2020-04-15 12:00:00","url":"./home"}}],"position":`,
);

/** The fragment of a link. */
export function encodeLink({ scenarioId, sql, config, startMs, endMs, events, position }: Shared): string {
  const json = JSON.stringify({
    scenario: scenarioId,
    sql,
    config,
    start: startMs,
    end: endMs,
    events,
    position,
  });
  const packed = deflateSync(strToU8(json), { level: 9, dictionary: DICTIONARY });
  return PREFIX + toBase64Url(packed);
}

/** Reads a fragment; it comes from anywhere, so nothing of it is believed. */
export function decodeLink(hash: string): Shared {
  if (!hash.startsWith(PREFIX)) throw new InvalidError('unknown version');
  let value: unknown;
  try {
    value = JSON.parse(strFromU8(inflate(fromBase64Url(hash.slice(PREFIX.length)))));
  } catch (error) {
    throw error instanceof InvalidError ? error : new InvalidError('not readable');
  }
  return validated(value);
}

function inflate(packed: Uint8Array): Uint8Array {
  const pieces: Uint8Array[] = [];
  let size = 0;
  const inflater = new Inflate({ dictionary: DICTIONARY }, (piece) => {
    size += piece.length;
    if (size > INFLATED_BYTES_MAX) throw new InvalidError('too large');
    pieces.push(piece);
  });
  // In small pieces, so that a link that swells is stopped before it fills the memory.
  for (let at = 0; at < packed.length; at += PIECE_BYTES) {
    inflater.push(packed.subarray(at, at + PIECE_BYTES), at + PIECE_BYTES >= packed.length);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

function validated(value: unknown): Shared {
  if (!isRecord(value)) throw new InvalidError('not a scenario');
  const { scenario, sql, config, start, end, events, position } = value;
  if (typeof scenario !== 'string') throw new InvalidError('scenario');
  if (sql !== undefined && typeof sql !== 'string') throw new InvalidError('sql');
  if (config !== undefined && !isConfig(config)) throw new InvalidError('config');
  if (start !== undefined && !isTime(start)) throw new InvalidError('start');
  if (end !== undefined && !isTime(end)) throw new InvalidError('end');
  if (!isTime(position)) throw new InvalidError('position');
  return {
    scenarioId: scenario,
    ...(sql === undefined ? {} : { sql }),
    ...(config === undefined ? {} : { config }),
    ...(start === undefined ? {} : { startMs: start }),
    ...(end === undefined ? {} : { endMs: end }),
    ...(events === undefined ? {} : { events: validatedEvents(events) }),
    position,
  };
}

function isConfig(value: unknown): value is Record<string, string> {
  return isRecord(value) && Object.values(value).every((option) => typeof option === 'string');
}

function toBase64Url(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192)
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function fromBase64Url(text: string): Uint8Array {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
