/** The tables and views that the cases know. */
export const SETUP = `CREATE TABLE clicks (
  \`user\` STRING,
  url STRING,
  ts TIMESTAMP(3),
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
) WITH ('connector' = 'scenario');

CREATE TABLE orders (
  id BIGINT,
  url STRING,
  amount DECIMAL(10, 2)
) WITH ('connector' = 'scenario');

CREATE VIEW big AS SELECT id, amount FROM orders WHERE amount > 10;

`;

/** A text in which `|` is the place that is asked about, behind the tables that the cases know. */
export function atCursor(text: string): { readonly script: string; readonly offset: number } {
  const whole = SETUP + text;
  const offset = whole.indexOf('|', SETUP.length);
  return { script: whole.slice(0, offset) + whole.slice(offset + 1), offset };
}
