import { Random } from '../src/engine/base/random.ts';
import type { Row } from '../src/engine/types/logical-type.ts';
import type { Sink } from './fingerprint.ts';
import { BID_DDL, type Events, nexmark, START_MS } from './nexmark.ts';
import type { Data, Loop, Workload } from './workload.ts';

/** What grows badly in engines that do it the simple way: one key with very many rows, many versions, many windows for each row, many open sessions. */

type Send = (kind: number, row: object) => void;

// ---------------------------------------------------------------- one key, many rows

interface HotKey extends Data {
  readonly left: number;
}
const RIGHT = 100;

const hotKey: Workload<HotKey> = {
  name: 'hot key join',
  // Matches are counted.
  sizes: [1e5, 1e7],
  ddl: "CREATE TABLE l (k BIGINT, n BIGINT) WITH ('connector' = 'scenario');\nCREATE TABLE r (k BIGINT, m BIGINT) WITH ('connector' = 'scenario')",
  tables: ['l', 'r'],
  sql: 'SELECT l.n, r.m FROM l JOIN r ON l.k = r.k',
  columns: ['n', 'm'],
  generate: (count) => {
    const left = Math.ceil(count / RIGHT);
    const tableOf = new Uint8Array(left + RIGHT).fill(1, left);
    return { count, left, tableOf, rows: Array.from(tableOf, (t, i): Row => [7, t === 0 ? i : i - left]) };
  },
  loop: ({ left }, sink) => {
    const send = sink.object as Send;
    return {
      push() {
        const kept: { n: number }[] = [];
        for (let n = 0; n < left; n++) kept.push({ n });
        for (let m = 0; m < RIGHT; m++) for (let i = 0; i < left; i++) send(0, { n: kept[i]!.n, m });
      },
      finish() {},
    };
  },
};

// ---------------------------------------------------------------- versions

interface Versions extends Data {
  readonly keys: Float64Array;
}
const KEYS = 10_000;
const TIMED = '`time` TIMESTAMP(3), WATERMARK FOR `time` AS `time`';

/** Probes and versions take turns; each is a millisecond later than the one before. */
const temporal: Workload<Versions> = {
  name: 'temporal join',
  sizes: [2e5, 2e6],
  ddl: `CREATE TABLE orders (k BIGINT, id BIGINT, ${TIMED}) WITH ('connector' = 'scenario');\nCREATE TABLE rates (k BIGINT, rate BIGINT, ${TIMED}, PRIMARY KEY (k) NOT ENFORCED) WITH ('connector' = 'scenario')`,
  tables: ['orders', 'rates'],
  sql: 'SELECT o.id, r.rate FROM orders o JOIN rates FOR SYSTEM_TIME AS OF o.`time` AS r ON o.k = r.k',
  columns: ['id', 'rate'],
  generate: (count, seed) => {
    const random = new Random(seed);
    const tableOf = Uint8Array.from({ length: count }, (_, i) => 1 - (i & 1));
    const keys = Float64Array.from(tableOf, () => Math.floor(random.next() * KEYS));
    return { count, tableOf, keys, rows: Array.from(keys, (k, i): Row => [k, i, START_MS + i]) };
  },
  loop: ({ keys }, sink) => {
    const send = sink.object as Send;
    const versions = new Map<number, { readonly times: number[]; readonly rates: number[] }>();
    const waiting: { k: number; id: number; time: number }[] = [];
    let next = 0;
    const answer = (watermark: number): void => {
      while (next < waiting.length && waiting[next]!.time <= watermark) {
        const { k, id, time } = waiting[next++]!;
        const known = versions.get(k);
        if (known === undefined) continue;
        let low = 0;
        let high = known.times.length;
        while (low < high) {
          const middle = (low + high) >> 1;
          if (known.times[middle]! <= time) low = middle + 1;
          else high = middle;
        }
        if (low > 0) send(0, { id, rate: known.rates[low - 1]! });
      }
    };
    return {
      push(from, to) {
        for (let i = from; i < to; i++) {
          const k = keys[i]!;
          const time = START_MS + i;
          if (i & 1) waiting.push({ k, id: i, time });
          else {
            const known = versions.get(k);
            if (known === undefined) versions.set(k, { times: [time], rates: [i] });
            else {
              known.times.push(time);
              known.rates.push(i);
            }
          }
          answer(time - 1);
        }
      },
      finish: () => answer(Infinity),
    };
  },
};

// ---------------------------------------------------------------- windows

const SLIDE_MS = 1000;
const OVERLAP = 60;
const SIZE_MS = OVERLAP * SLIDE_MS;

interface Total {
  count: number;
  sum: number;
}

function hopping({ types, bids }: Events, sink: Sink): Loop {
  const send = sink.object as Send;
  const slices = new Map<number, Map<number, Total>>();
  let next = 0;
  let nextEnd = START_MS - (START_MS % SLIDE_MS) + SLIDE_MS;
  let lastEnd = 0;
  const add = (totals: Map<number, Total>, bidder: number, count: number, sum: number): void => {
    const known = totals.get(bidder);
    if (known === undefined) totals.set(bidder, { count, sum });
    else {
      known.count += count;
      known.sum += sum;
    }
  };
  const fire = (end: number): void => {
    const totals = new Map<number, Total>();
    for (let slice = end - SIZE_MS + SLIDE_MS; slice <= end; slice += SLIDE_MS) {
      const own = slices.get(slice);
      if (own) for (const [bidder, { count, sum }] of own) add(totals, bidder, count, sum);
    }
    slices.delete(end - SIZE_MS + SLIDE_MS);
    for (const [bidder, { count, sum }] of totals) send(0, { bidder, start: end - SIZE_MS, count, sum });
  };
  return {
    push(from, to) {
      for (let i = from; i < to; i++) {
        if (types[i] !== 2) continue;
        const b = bids[next++]!;
        const end = b.dateTime - (b.dateTime % SLIDE_MS) + SLIDE_MS;
        let own = slices.get(end);
        if (own === undefined) slices.set(end, (own = new Map()));
        add(own, b.bidder, 1, b.price);
        lastEnd = end;
        for (; b.dateTime >= nextEnd - 1; nextEnd += SLIDE_MS) fire(nextEnd);
      }
    },
    finish() {
      for (; nextEnd < lastEnd + SIZE_MS; nextEnd += SLIDE_MS) fire(nextEnd);
    },
  };
}

const hop: Workload<Events> = {
  name: 'HOP of 60',
  sizes: [1e4, 1e5, 1e6],
  ddl: BID_DDL(', WATERMARK FOR `dateTime` AS `dateTime`'),
  tables: ['bid'],
  sql: "SELECT bidder, window_start, COUNT(*), SUM(price) FROM TABLE(HOP(TABLE bid, DESCRIPTOR(`dateTime`), INTERVAL '1' SECOND, INTERVAL '60' SECOND)) GROUP BY bidder, window_start, window_end",
  columns: ['bidder', 'start', 'count', 'sum'],
  generate: (count, seed) => nexmark(count, seed, false),
  loop: hopping,
};

const GAP_MS = 5000;

const session: Workload<Versions> = {
  name: 'SESSION of 10,000 keys',
  sizes: [1e4, 1e5, 1e6],
  ddl: `CREATE TABLE clicks (k BIGINT, n BIGINT, ${TIMED}) WITH ('connector' = 'scenario')`,
  tables: ['clicks'],
  sql: "SELECT k, window_start, window_end, COUNT(*) FROM TABLE(SESSION(TABLE clicks PARTITION BY k, DESCRIPTOR(`time`), INTERVAL '5' SECOND)) GROUP BY k, window_start, window_end",
  columns: ['k', 'start', 'end', 'count'],
  generate: (count, seed) => {
    const random = new Random(seed);
    const keys = Float64Array.from({ length: count }, () => Math.floor(random.next() * KEYS));
    return {
      count,
      keys,
      tableOf: new Uint8Array(count),
      rows: Array.from(keys, (k, i): Row => [k, i, START_MS + i]),
    };
  },
  loop: ({ keys }, sink) => {
    const send = sink.object as Send;
    interface Session {
      readonly k: number;
      readonly start: number;
      end: number;
      count: number;
    }
    const open = new Map<number, Session>();
    // Ends come in order, for times do; an end that is no longer its session's is passed over.
    const ends: { readonly at: number; readonly session: Session }[] = [];
    let next = 0;
    const close = (watermark: number): void => {
      while (next < ends.length && ends[next]!.at - 1 <= watermark) {
        const { at, session: s } = ends[next++]!;
        if (s.end !== at) continue;
        open.delete(s.k);
        send(0, { k: s.k, start: s.start, end: s.end, count: s.count });
      }
    };
    return {
      push(from, to) {
        for (let i = from; i < to; i++) {
          const k = keys[i]!;
          const time = START_MS + i;
          let own = open.get(k);
          if (own === undefined) open.set(k, (own = { k, start: time, end: 0, count: 0 }));
          own.end = time + GAP_MS;
          own.count++;
          ends.push({ at: own.end, session: own });
          close(time);
        }
      },
      finish: () => close(Infinity),
    };
  },
};

export const WIDE = [hotKey, temporal, hop, session] as const;
