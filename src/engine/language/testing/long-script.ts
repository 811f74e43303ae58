/** A script of at least so many lines: tables with computed columns and watermarks, views, window aggregates, CTEs and joins. */
export function longScript(lines: number): string {
  const blocks: string[] = [];
  const perBlock = block(0).split('\n').length;
  for (let number = 0; number * perBlock < lines; number++) blocks.push(block(number));
  return blocks.join('\n');
}

function block(number: number): string {
  return `-- part ${number}
CREATE TABLE clicks_${number} (
  \`user\` STRING,
  url STRING,
  amount DECIMAL(10, 2),
  ts TIMESTAMP(3),
  day_name AS DATE_FORMAT(ts, 'yyyy-MM-dd'),
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
) WITH (
  'connector' = 'scenario'
);

CREATE VIEW big_${number} AS
SELECT \`user\`, url, amount, ts
FROM clicks_${number}
WHERE amount > 10 AND url LIKE 'http%';

SELECT window_start, window_end, \`user\`, COUNT(*) AS cnt, SUM(amount) AS total
FROM TABLE(TUMBLE(TABLE clicks_${number}, DESCRIPTOR(ts), INTERVAL '1' HOUR))
GROUP BY window_start, window_end, \`user\`;

WITH top AS (
  SELECT \`user\`, MAX(amount) AS m FROM big_${number} GROUP BY \`user\`
)
SELECT t.\`user\`, t.m, c.url
FROM top AS t JOIN clicks_${number} AS c ON t.\`user\` = c.\`user\`
WHERE c.amount > 3;
`;
}
