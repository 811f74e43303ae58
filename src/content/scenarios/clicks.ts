import type { InputEvent } from '../../engine/engine-api.ts';

/** The clicks of the published examples: who, at what time of 2020-04-15, where. */
const CLICKS = [
  ['Mary', '12:00:00', './home'],
  ['Bob', '12:00:00', './cart'],
  ['Mary', '12:00:05', './prod?id=1'],
  ['Liz', '12:01:00', './home'],
  ['Bob', '12:01:30', './prod?id=3'],
  ['Mary', '12:01:45', './prod?id=7'],
] as const;

/** They arrive one after the other, `everyMs` apart. */
export const clicks = (everyMs = 1500): InputEvent[] =>
  CLICKS.map(([user, time, url], place) => ({
    table: 'clicks',
    atMs: place * everyMs,
    row: { user, cTime: `2020-04-15 ${time}`, url },
  }));

export const CLICKS_TABLE = `CREATE TABLE clicks (
  \`user\` STRING,
  cTime  TIMESTAMP(3),
  url    STRING
) WITH ('connector' = 'scenario');
`;

export const NOON_MS = Date.UTC(2020, 3, 15, 12);
