import type { InputEvent } from '../../engine/engine-api.ts';

/** The clicks of the article about determinism: who, at what time of 2022-08-22, where. */
const CLICKS = [
  ['Mary', '12:00:01', '/home'],
  ['Bob', '12:00:01', '/home'],
  ['Mary', '12:00:05', '/prod?id=1'],
  ['Liz', '12:01:00', '/home'],
  ['Mary', '12:01:30', '/cart'],
  ['Bob', '12:01:35', '/prod?id=3'],
] as const;

/** They arrive one after the other, `everyMs` apart. */
export const datedClicks = (everyMs: number): InputEvent[] =>
  CLICKS.map(([uname, time, url], place) => ({
    table: 'clicks',
    atMs: place * everyMs,
    row: { uname, cTime: `2022-08-22 ${time}`, url },
  }));

export const DATED_CLICKS_TABLE = `CREATE TABLE clicks (
  uname STRING,
  cTime TIMESTAMP(3),
  url   STRING
) WITH ('connector' = 'scenario');
`;

export const DATED_NOON_MS = Date.UTC(2022, 7, 22, 12);
