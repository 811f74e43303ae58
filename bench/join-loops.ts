import type { Sink } from './fingerprint.ts';
import type { Auction, Bid, Events } from './nexmark.ts';
import type { Loop } from './workload.ts';

const [INSERT, UPDATE_BEFORE, UPDATE_AFTER, DELETE] = [0, 1, 2, 3];
const TOP = 10;

/** Both sides by key; each row that comes is kept and meets all of the other side. */
function meeting(events: Events, meet: (bid: Bid, auction: Auction) => void): Loop {
  const { types, bids, auctions } = events;
  const bidsOf = new Map<number, Bid[]>();
  const auctionsOf = new Map<number, Auction[]>();
  let nextBid = 0;
  let nextAuction = 0;
  return {
    push(from, to) {
      for (let i = from; i < to; i++) {
        if (types[i] === 2) {
          const bid = bids[nextBid++]!;
          const own = bidsOf.get(bid.auction);
          if (own === undefined) bidsOf.set(bid.auction, [bid]);
          else own.push(bid);
          const found = auctionsOf.get(bid.auction);
          if (found !== undefined) for (let j = 0; j < found.length; j++) meet(bid, found[j]!);
        } else if (types[i] === 1) {
          const auction = auctions[nextAuction++]!;
          const own = auctionsOf.get(auction.id);
          if (own === undefined) auctionsOf.set(auction.id, [auction]);
          else own.push(auction);
          const found = bidsOf.get(auction.id);
          if (found !== undefined) for (let j = 0; j < found.length; j++) meet(found[j]!, auction);
        }
      }
    },
    finish() {},
  };
}

/** W3: every bid with its auction. */
export function joinBidsWithAuctions(events: Events, sink: Sink): Loop {
  const send = sink.object as (kind: number, row: object) => void;
  return meeting(events, (b, a) =>
    send(INSERT, {
      auction: b.auction,
      bidder: b.bidder,
      price: b.price,
      dateTime: b.dateTime,
      seller: a.seller,
      category: a.category,
      itemName: a.itemName,
    }),
  );
}

/** W6: the average by category of every auction's highest bid. */
export function averageOfHighest(events: Events, sink: Sink): Loop {
  const send = sink.object as (kind: number, row: object) => void;
  const highest = new Map<number, number>();
  const categories = new Map<
    number,
    { sum: number; count: number; sent: { category: number; average: number } }
  >();
  const change = (category: number, add: number, remove: number, more: number): void => {
    const known = categories.get(category);
    if (known === undefined) {
      const row = { category, average: add };
      categories.set(category, { sum: add, count: 1, sent: row });
      send(INSERT, row);
      return;
    }
    known.sum += add - remove;
    known.count += more;
    const average = Math.trunc(known.sum / known.count);
    if (average === known.sent.average) return;
    const row = { category, average };
    send(UPDATE_BEFORE, known.sent);
    known.sent = row;
    send(UPDATE_AFTER, row);
  };
  return meeting(events, (b, a) => {
    const top = highest.get(a.id);
    if (top === undefined) {
      highest.set(a.id, b.price);
      change(a.category, b.price, 0, 1);
    } else if (b.price > top) {
      highest.set(a.id, b.price);
      change(a.category, b.price, top, 0);
    }
  });
}

/** W5: the ten highest bids of each auction; of equal ones the earlier. */
export function topBids(events: Events, sink: Sink): Loop {
  const { types, bids } = events;
  const send = sink.object as (kind: number, row: object) => void;
  type Top = Pick<Bid, 'auction' | 'bidder' | 'price' | 'dateTime'>;
  const tops = new Map<number, Top[]>();
  let next = 0;
  return {
    push(from, to) {
      for (let i = from; i < to; i++) {
        if (types[i] !== 2) continue;
        const { auction, bidder, price, dateTime } = bids[next++]!;
        let top = tops.get(auction);
        if (top === undefined) tops.set(auction, (top = []));
        const n = top.length;
        if (n === TOP && top[n - 1]!.price >= price) continue;
        const row: Top = { auction, bidder, price, dateTime };
        let at = n;
        if (n < TOP) top.push(row);
        else {
          send(DELETE, top[n - 1]!);
          at = n - 1;
        }
        while (at > 0 && top[at - 1]!.price < price) {
          top[at] = top[at - 1]!;
          at--;
        }
        top[at] = row;
        send(INSERT, row);
      }
    },
    finish() {},
  };
}
