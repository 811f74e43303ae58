import type { Sink } from './fingerprint.ts';
import type { Events } from './nexmark.ts';
import type { Loop, Workload } from './workload.ts';

/** Twenty expressions as people write them, in SQL and by hand. */
const EXPRESSIONS: readonly (readonly [column: string, sql: string])[] = [
  ['doubled', 'price * 2 + 1'],
  ['cents', 'price / 100'],
  ['rest', 'price % 7'],
  ['euros', 'price * 0.908'],
  ['third', 'CAST(price AS DOUBLE) / 3e0'],
  ['auctionText', 'CAST(auction AS STRING)'],
  ['upper', 'UPPER(channel)'],
  ['length', 'CHAR_LENGTH(url)'],
  ['head', 'SUBSTRING(url, 1, 8)'],
  ['joined', "channel || '-' || CAST(bidder AS STRING)"],
  ['isGoogle', "channel = 'Google'"],
  ['inRange', 'price > 1000 AND price < 100000'],
  ['size', "CASE WHEN price < 1000 THEN 'low' WHEN price < 100000 THEN 'medium' ELSE 'high' END"],
  ['named', "COALESCE(channel, 'none')"],
  ['isItem', "url LIKE '%item%'"],
  ['hour', 'EXTRACT(HOUR FROM `dateTime`)'],
  ['later', "`dateTime` + INTERVAL '1' MINUTE"],
  ['onTheHour', 'FLOOR(`dateTime` TO HOUR)'],
  ['distance', 'ABS(auction - bidder)'],
  ['greatest', 'GREATEST(auction, bidder)'],
];

function byHand(events: Events, sink: Sink): Loop {
  const { types, bids } = events;
  const send = sink.object as (kind: number, row: object) => void;
  let next = 0;
  return {
    push(from, to) {
      for (let i = from; i < to; i++) {
        if (types[i] !== 2) continue;
        const { auction, bidder, price, channel, url, dateTime } = bids[next++]!;
        send(0, {
          doubled: price * 2 + 1,
          cents: Math.trunc(price / 100),
          rest: price % 7,
          euros: price * 908,
          third: price / 3,
          auctionText: String(auction),
          upper: channel.toUpperCase(),
          length: url.length,
          head: url.slice(0, 8),
          joined: `${channel}-${bidder}`,
          isGoogle: channel === 'Google',
          inRange: price > 1000 && price < 100_000,
          size: price < 1000 ? 'low' : price < 100_000 ? 'medium' : 'high',
          named: channel ?? 'none',
          isItem: url.includes('item'),
          hour: Math.floor((dateTime % 86_400_000) / 3_600_000),
          later: dateTime + 60_000,
          onTheHour: dateTime - (dateTime % 3_600_000),
          distance: Math.abs(auction - bidder),
          greatest: Math.max(auction, bidder),
        });
      }
    },
    finish() {},
  };
}

export const expressionWorkload: Pick<Workload<Events>, 'name' | 'loop' | 'columns' | 'sql'> = {
  name: 'expressions',
  loop: byHand,
  columns: EXPRESSIONS.map(([column]) => column),
  sql: `SELECT ${EXPRESSIONS.map(([, sql]) => sql).join(', ')} FROM bid`,
};
