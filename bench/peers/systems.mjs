// The workloads as one writes them with other libraries. Each maker takes the events and a sink and gives `push(from, to)` and `finish()`.
import * as mini from '@electric-sql/d2mini';
import * as d2ts from '@electric-sql/d2ts';
import * as ivm from '@tanstack/db-ivm';
import * as rx from 'rxjs';

const [INSERT, UPDATE_BEFORE, UPDATE_AFTER, DELETE] = [0, 1, 2, 3];
const WINDOW_MS = 10_000;
const DELAY_MS = 4_000;
const TOP = 10;
/** Libraries that work in batches, at the size at which they are fast and at a changelog for each event, as we send it. */
const BATCHES = [10_000, 1];

const windowOf = (b) => b.dateTime - (b.dateTime % WINDOW_MS);
const dear = (b) => b.price >= 10_000;
const converted = (b) => ({
  auction: b.auction,
  bidder: b.bidder,
  price: b.price * 908,
  dateTime: b.dateTime,
});
const joined = (b, a) => ({
  auction: b.auction,
  bidder: b.bidder,
  price: b.price,
  dateTime: b.dateTime,
  seller: a.seller,
  category: a.category,
  itemName: a.itemName,
});
const dearest = (a, b) => b.price - a.price || a.dateTime - b.dateTime;

// ---------------------------------------------------------------- multisets: db-ivm, d2mini, d2ts

function batches({ types, bids, auctions, batch }, send, finish = () => {}) {
  let bid = 0;
  let auction = 0;
  return {
    push(from, to) {
      for (let start = from; start < to; start += batch) {
        const end = Math.min(to, start + batch);
        const newBids = [];
        const newAuctions = [];
        for (let i = start; i < end; i++)
          if (types[i] === 2) newBids.push([bids[bid++], 1]);
          else if (types[i] === 1) newAuctions.push([auctions[auction++], 1]);
        send(newBids, newAuctions, end - 1);
      }
    },
    finish,
  };
}

const emit = (sink, rowOf) => (set) => {
  for (const [value, times] of set.getInner()) {
    const row = rowOf(value);
    for (let n = times; n > 0; n--) sink.object(INSERT, row);
    for (let n = times; n < 0; n++) sink.object(DELETE, row);
  }
};

/** The pipelines, which the three libraries write alike. */
function pipelines({ map, filter, groupBy, groupByOperators: f, join }, output, top, start) {
  const one = (build) => (events, sink) => start(events, (bids) => build(bids, sink));
  const both = (build) => (events, sink) => start(events, (bids, auctions) => build(bids, auctions, sink));
  const grouped = (key) =>
    one((bids, sink) =>
      bids.pipe(
        groupBy((b) => ({ key: b[key] }), { count: f.count(), sum: f.sum((b) => b.price) }),
        output(sink, ([, row]) => row),
      ),
    );
  const matched = (bids, auctions) =>
    bids.pipe(
      map((b) => [b.auction, b]),
      join(auctions.pipe(map((a) => [a.id, a])), 'inner'),
    );
  return {
    W1: one((bids, sink) =>
      bids.pipe(
        filter(dear),
        map(converted),
        output(sink, (row) => row),
      ),
    ),
    W2: grouped('bidder'),
    W2s: grouped('channel'),
    W3: both((bids, auctions, sink) =>
      matched(bids, auctions).pipe(
        map(([, [b, a]]) => joined(b, a)),
        output(sink, (row) => row),
      ),
    ),
    W4: one((bids, sink) =>
      bids.pipe(
        groupBy((b) => ({ bidder: b.bidder, start: windowOf(b) }), {
          count: f.count(),
          max: f.max((b) => b.price),
        }),
        output(sink, ([, row]) => row),
      ),
    ),
    W5: one((bids, sink) => top(bids, sink)),
    W6: both((bids, auctions, sink) =>
      matched(bids, auctions).pipe(
        map(([, [b, a]]) => ({ id: a.id, category: a.category, price: b.price })),
        groupBy((r) => ({ id: r.id, category: r.category }), { top: f.max((r) => r.price) }),
        map(([, row]) => row),
        groupBy((r) => ({ category: r.category }), { sum: f.sum((r) => r.top), count: f.count() }),
        output(sink, ([, r]) => ({ category: r.category, average: Math.trunc(r.sum / r.count) })),
      ),
    ),
  };
}

/** A graph of a library without versions. */
const unversioned =
  ({ D2, MultiSet }) =>
  (events, build) => {
    const graph = new D2();
    const bids = graph.newInput();
    const auctions = graph.newInput();
    build(bids, auctions);
    graph.finalize();
    return batches(events, (newBids, newAuctions) => {
      if (newAuctions.length > 0) auctions.sendData(new MultiSet(newAuctions));
      bids.sendData(new MultiSet(newBids));
      graph.run();
    });
  };

const dbIvm = pipelines(
  ivm,
  (sink, rowOf) => ivm.output(emit(sink, rowOf)),
  (bids, sink) =>
    bids.pipe(
      ivm.map((b) => [b.dateTime, b]),
      ivm.groupedTopKWithFractionalIndex(dearest, { limit: TOP, groupKeyFn: (_, b) => b.auction }),
      ivm.output(emit(sink, ([, [b]]) => b)),
    ),
  unversioned(ivm),
);

const d2mini = pipelines(
  mini,
  (sink, rowOf) => mini.output(emit(sink, rowOf)),
  (bids, sink) =>
    bids.pipe(
      mini.map((b) => [b.auction, b]),
      mini.topK(dearest, { limit: TOP }),
      mini.output(emit(sink, ([, b]) => b)),
    ),
  unversioned(mini),
);

const versionedOutput = (sink, rowOf) =>
  d2ts.output((message) => {
    if (message.type === d2ts.MessageType.DATA) emit(sink, rowOf)(message.data.collection);
  });
const versioned = pipelines(
  d2ts,
  versionedOutput,
  (bids, sink) =>
    bids.pipe(
      d2ts.map((b) => [b.auction, b]),
      d2ts.topK(dearest, { limit: TOP }),
      versionedOutput(sink, ([, b]) => b),
    ),
  (events, build) => {
    const graph = new d2ts.D2({ initialFrontier: 0 });
    const bids = graph.newInput();
    const auctions = graph.newInput();
    build(bids, auctions);
    graph.finalize();
    let version = 0;
    return batches(events, (newBids, newAuctions) => {
      if (newAuctions.length > 0) auctions.sendData(version, new d2ts.MultiSet(newAuctions));
      bids.sendData(version, new d2ts.MultiSet(newBids));
      version++;
      auctions.sendFrontier(version);
      bids.sendFrontier(version);
      graph.run();
    });
  },
);

// ---------------------------------------------------------------- rxjs

function stream({ types, bids, auctions, startMs }, { onBid, onAuction, onTime, finish = () => {} }) {
  let bid = 0;
  let auction = 0;
  return {
    push(from, to) {
      for (let i = from; i < to; i++) {
        if (types[i] === 2) onBid(bids[bid++]);
        else if (types[i] === 1 && onAuction) onAuction(auctions[auction++]);
        onTime?.(startMs + i - DELAY_MS);
      }
    },
    finish,
  };
}

const bidsOnly = (build) => (events, sink) => {
  const bids = new rx.Subject();
  build(bids, sink);
  return stream(events, { onBid: (b) => bids.next(b) });
};
const sums = (key) =>
  bidsOnly((bids, sink) =>
    bids
      .pipe(
        rx.groupBy((b) => b[key]),
        rx.mergeMap((group) =>
          group.pipe(
            rx.scan(
              ({ row }, b) => ({
                before: row,
                row: { key: group.key, count: (row?.count ?? 0) + 1, sum: (row?.sum ?? 0) + b.price },
              }),
              { before: null, row: null },
            ),
            rx.mergeMap(({ before, row }) =>
              before
                ? [
                    [UPDATE_BEFORE, before],
                    [UPDATE_AFTER, row],
                  ]
                : [[INSERT, row]],
            ),
          ),
        ),
      )
      .subscribe(([kind, row]) => sink.object(kind, row)),
  );

/** Pairs of a bid and its auction. */
function matching(events, subscribe) {
  const all = new rx.Subject();
  const bidsOf = new Map();
  const auctionsOf = new Map();
  const keep = (map, key, value) => {
    const list = map.get(key);
    if (list) list.push(value);
    else map.set(key, [value]);
  };
  subscribe(
    all.pipe(
      rx.mergeMap(({ bid, auction }) => {
        if (bid) {
          keep(bidsOf, bid.auction, bid);
          return (auctionsOf.get(bid.auction) ?? []).map((a) => ({ bid, auction: a }));
        }
        keep(auctionsOf, auction.id, auction);
        return (bidsOf.get(auction.id) ?? []).map((b) => ({ bid: b, auction }));
      }),
    ),
  );
  return stream(events, {
    onBid: (bid) => all.next({ bid }),
    onAuction: (auction) => all.next({ auction }),
  });
}

const rxjs = {
  W1: bidsOnly((bids, sink) =>
    bids.pipe(rx.filter(dear), rx.map(converted)).subscribe((row) => sink.object(INSERT, row)),
  ),
  W2: sums('bidder'),
  W2s: sums('channel'),
  W3: (events, sink) =>
    matching(events, (pairs) =>
      pairs.pipe(rx.map(({ bid, auction }) => joined(bid, auction))).subscribe((r) => sink.object(INSERT, r)),
    ),
  W4: (events, sink) => {
    const bids = new rx.Subject();
    const watermarks = new rx.Subject();
    const closing = (w) => watermarks.pipe(rx.filter((ms) => ms >= w.key + WINDOW_MS - 1));
    const add = (groups, b, start) => {
      const group = groups.get(b.bidder);
      if (group) {
        group.count++;
        if (b.price > group.max) group.max = b.price;
      } else groups.set(b.bidder, { bidder: b.bidder, start, count: 1, max: b.price });
      return groups;
    };
    bids
      .pipe(
        rx.groupBy(windowOf, { duration: closing }),
        rx.mergeMap((w) =>
          w.pipe(
            rx.reduce((groups, b) => add(groups, b, w.key), new Map()),
            rx.mergeMap((groups) => groups.values()),
          ),
        ),
      )
      .subscribe((row) => sink.object(INSERT, row));
    return stream(events, {
      onBid: (b) => bids.next(b),
      onTime: (ms) => watermarks.next(ms),
      finish: () => bids.complete(),
    });
  },
  W5: bidsOnly((bids, sink) => {
    const insert = ({ top }, b) => {
      const before = top.findIndex((x) => x.price < b.price);
      const at = before < 0 ? top.length : before;
      if (at >= TOP) return { top, changes: [] };
      const next = top.toSpliced(at, 0, b);
      const gone = next.length > TOP ? [[DELETE, next.pop()]] : [];
      return { top: next, changes: [...gone, [INSERT, b]] };
    };
    bids
      .pipe(
        rx.groupBy((b) => b.auction),
        rx.mergeMap((group) =>
          group.pipe(
            rx.scan(insert, { top: [], changes: [] }),
            rx.mergeMap(({ changes }) => changes),
          ),
        ),
      )
      .subscribe(([kind, row]) => sink.object(kind, row));
  }),
};

export const PEERS = {
  rxjs,
  ...Object.fromEntries(
    BATCHES.flatMap((batch) =>
      Object.entries({ 'db-ivm': dbIvm, d2mini, d2ts: versioned }).map(([name, workloads]) => [
        `${name}@${batch}`,
        inBatches(workloads, batch),
      ]),
    ),
  ),
};

function inBatches(workloads, batch) {
  return Object.fromEntries(
    Object.entries(workloads).map(([name, make]) => [
      name,
      (events, sink) => make({ ...events, batch }, sink),
    ]),
  );
}
