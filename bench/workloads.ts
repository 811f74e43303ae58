import { expressionWorkload } from './expressions.ts';
import { averageOfHighest, joinBidsWithAuctions, topBids } from './join-loops.ts';
import { countAndSum, projectAndFilter, tumblingCountAndMax } from './loops.ts';
import { AUCTION_DDL, BID_DDL, type Events, nexmark } from './nexmark.ts';
import { WIDE } from './wide.ts';
import type { Workload } from './workload.ts';

const bids = {
  tables: ['bid'],
  ddl: BID_DDL(''),
  generate: (count: number, seed: number): Events => nexmark(count, seed, false),
};
const bidsAndAuctions = {
  tables: ['bid', 'auction'],
  ddl: `${BID_DDL('')};\n${AUCTION_DDL}`,
  generate: (count: number, seed: number): Events => nexmark(count, seed, true),
};
const each = (key: 'auction' | 'bidder' | 'channel') => ({
  what: key,
  count: (events: Events): number => new Set(events.bids.map((b) => b[key])).size,
});

/** Nexmark's queries in small. */
const NEXMARK: readonly Workload<Events>[] = [
  {
    name: 'W1',
    ...bids,
    loop: projectAndFilter,
    columns: ['auction', 'bidder', 'price', 'dateTime'],
    sql: 'SELECT auction, bidder, price * 0.908, `dateTime` FROM bid WHERE price >= 10000',
  },
  {
    name: 'W2',
    ...bids,
    loop: countAndSum('bidder'),
    held: each('bidder'),
    columns: ['key', 'count', 'sum'],
    sql: 'SELECT bidder, COUNT(*), SUM(price) FROM bid GROUP BY bidder',
  },
  {
    name: 'W2s',
    ...bids,
    loop: countAndSum('channel'),
    held: each('channel'),
    columns: ['key', 'count', 'sum'],
    sql: 'SELECT channel, COUNT(*), SUM(price) FROM bid GROUP BY channel',
  },
  {
    name: 'W3',
    ...bidsAndAuctions,
    loop: joinBidsWithAuctions,
    columns: ['auction', 'bidder', 'price', 'dateTime', 'seller', 'category', 'itemName'],
    held: { what: 'row', count: (events) => events.bids.length + events.auctions.length },
    sql: 'SELECT b.auction, b.bidder, b.price, b.`dateTime`, a.seller, a.category, a.itemName FROM bid b JOIN auction a ON b.auction = a.id',
  },
  {
    name: 'W4',
    ...bids,
    ddl: BID_DDL(", WATERMARK FOR `dateTime` AS `dateTime` - INTERVAL '4' SECOND"),
    loop: tumblingCountAndMax,
    columns: ['bidder', 'start', 'count', 'max'],
    sql: "SELECT bidder, window_start, COUNT(*), MAX(price) FROM TABLE(TUMBLE(TABLE bid, DESCRIPTOR(`dateTime`), INTERVAL '10' SECOND)) GROUP BY bidder, window_start, window_end",
  },
  {
    name: 'W5',
    ...bids,
    loop: topBids,
    columns: ['auction', 'bidder', 'price', 'dateTime'],
    held: each('auction'),
    sql: 'SELECT auction, bidder, price, `dateTime` FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY auction ORDER BY price DESC, `dateTime`) AS place FROM bid) WHERE place <= 10',
  },
  {
    name: 'W6',
    ...bidsAndAuctions,
    loop: averageOfHighest,
    columns: ['category', 'average'],
    held: { what: 'row', count: (events) => events.bids.length + events.auctions.length },
    sql: 'SELECT category, AVG(top) FROM (SELECT a.id, a.category, MAX(b.price) AS top FROM auction a JOIN bid b ON a.id = b.auction GROUP BY a.id, a.category) GROUP BY category',
  },
  { ...expressionWorkload, ...bids },
];

/** Everything that is timed by the number of its events. */
export const WORKLOADS = [...NEXMARK, ...WIDE] as readonly unknown[] as readonly Workload[];
