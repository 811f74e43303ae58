import type { InputEvent } from '../../engine/engine-api.ts';

/** A row of a table that knows only the present. */
export const latestRate = (
  atMs: number,
  currency: string,
  rate: number,
  kind: '+I' | '-U' | '+U' = '+I',
): InputEvent => ({ table: 'LatestRates', kind, atMs, row: { currency, rate } });

export const LATEST_RATES_TABLE = `CREATE TABLE LatestRates (
  currency STRING,
  rate     BIGINT,
  PRIMARY KEY (currency) NOT ENFORCED
) WITH ('connector' = 'scenario', 'changelog-mode' = 'I,UB,UA,D');
`;
