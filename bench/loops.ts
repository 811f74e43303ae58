import type { Sink } from './fingerprint.ts';
import type { Bid, Events } from './nexmark.ts';
import { START_MS } from './nexmark.ts';
import type { Loop } from './workload.ts';

type MakeLoop = (events: Events, sink: Sink) => Loop;

const [INSERT, UPDATE_BEFORE, UPDATE_AFTER] = [0, 1, 2];
const WINDOW_MS = 10_000;
const DELAY_MS = 4_000;

export function projectAndFilter(events: Events, sink: Sink): Loop {
  const { types, bids } = events;
  const send = sink.object as (kind: number, row: object) => void;
  let next = 0;
  return {
    push(from, to) {
      for (let i = from; i < to; i++) {
        if (types[i] !== 2) continue;
        const b = bids[next++]!;
        if (b.price >= 10_000)
          send(INSERT, { auction: b.auction, bidder: b.bidder, price: b.price * 908, dateTime: b.dateTime });
      }
    },
    finish() {},
  };
}

export function countAndSum<K extends 'bidder' | 'channel'>(key: K): MakeLoop {
  return (events, sink) => {
    const { types, bids } = events;
    const send = sink.object as (kind: number, row: object) => void;
    const groups = new Map<Bid[K], { key: Bid[K]; count: number; sum: number }>();
    let next = 0;
    return {
      push(from, to) {
        for (let i = from; i < to; i++) {
          if (types[i] !== 2) continue;
          const b = bids[next++]!;
          const k = b[key];
          const before = groups.get(k);
          if (before === undefined) {
            const row = { key: k, count: 1, sum: b.price };
            groups.set(k, row);
            send(INSERT, row);
          } else {
            const row = { key: k, count: before.count + 1, sum: before.sum + b.price };
            groups.set(k, row);
            send(UPDATE_BEFORE, before);
            send(UPDATE_AFTER, row);
          }
        }
      },
      finish() {},
    };
  };
}

export function tumblingCountAndMax(events: Events, sink: Sink): Loop {
  const { types, bids } = events;
  const send = sink.object as (kind: number, row: object) => void;
  const windows = new Map<number, Map<number, { count: number; max: number }>>();
  let next = 0;
  let watermark = -Infinity;
  let nextEnd = Infinity;
  const fire = (): void => {
    const ready: number[] = [];
    nextEnd = Infinity;
    for (const start of windows.keys()) {
      const last = start + WINDOW_MS - 1;
      if (last <= watermark) ready.push(start);
      else if (last < nextEnd) nextEnd = last;
    }
    ready.sort((a, b) => a - b);
    for (const start of ready) {
      const groups = windows.get(start)!;
      windows.delete(start);
      for (const [bidder, g] of groups) send(INSERT, { bidder, start, count: g.count, max: g.max });
    }
  };
  return {
    push(from, to) {
      for (let i = from; i < to; i++) {
        if (types[i] === 2) {
          const b = bids[next++]!;
          const start = b.dateTime - (b.dateTime % WINDOW_MS);
          if (start + WINDOW_MS - 1 > watermark) {
            let groups = windows.get(start);
            if (groups === undefined) {
              groups = new Map();
              windows.set(start, groups);
              if (start + WINDOW_MS - 1 < nextEnd) nextEnd = start + WINDOW_MS - 1;
            }
            const g = groups.get(b.bidder);
            if (g === undefined) groups.set(b.bidder, { count: 1, max: b.price });
            else {
              g.count++;
              if (b.price > g.max) g.max = b.price;
            }
          }
        }
        const reached = START_MS + i - DELAY_MS;
        if (reached > watermark) {
          watermark = reached;
          if (watermark >= nextEnd) fire();
        }
      }
    },
    finish() {
      watermark = Infinity;
      fire();
    },
  };
}
