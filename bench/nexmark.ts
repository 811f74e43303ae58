import { Random } from '../src/engine/base/random.ts';

/**
 * A Nexmark-like stream of our own: of every 50 events one is a person, three are auctions, 46 are bids; hot auctions and bidders; prices over six orders
 * of magnitude; 1,000 events a second of event time. Text comes from pools so that a million events fit.
 */
export interface Bid {
  readonly auction: number;
  readonly bidder: number;
  readonly price: number;
  readonly channel: string;
  readonly url: string;
  readonly dateTime: number;
  readonly extra: string;
}
export interface Events {
  readonly count: number;
  /** 0 person, 1 auction, 2 bid, in order of arrival. */
  readonly types: Uint8Array;
  readonly bids: readonly Bid[];
  /** The bids as the engine takes rows. */
  readonly bidRows: readonly (readonly (number | string)[])[];
}

export const START_MS = 1_700_000_000_000;
const FIRST_ID = 1000;
const HOT_CHANNELS = ['Google', 'Facebook', 'Baidu', 'Apple'] as const;

export function generate(count: number, seed = 42): Events {
  const random = new Random(seed);
  const below = (n: number): number => Math.floor(random.next() * n);
  const word = (length: number): string =>
    Array.from({ length }, () => String.fromCharCode(97 + below(26))).join('');
  const extras = Array.from({ length: 256 }, () => word(60));
  const channels = Array.from({ length: 10_000 }, (_, i) => `channel-${i}`);
  const urls = channels.map((_, i) => `https://www.nexmark.com/${word(5)}/${word(5)}/item.htm?query=${i}`);
  const types = new Uint8Array(count);
  const bids: Bid[] = [];
  for (let i = 0; i < count; i++) {
    const epoch = Math.floor(i / 50);
    const offset = i % 50;
    types[i] = offset === 0 ? 0 : offset < 4 ? 1 : 2;
    if (offset < 4) continue;
    const lastAuction = Math.max(0, epoch * 3 + 2);
    const auction =
      below(2) > 0
        ? Math.floor(lastAuction / 100) * 100
        : Math.max(lastAuction - 100, 0) + below(Math.min(100, lastAuction) + 11);
    const people = Math.min(epoch + 1, 1000);
    const bidder = below(4) > 0 ? Math.floor(epoch / 100) * 100 + 1 : epoch + 1 - people + below(people + 10);
    const isHot = below(2) > 0;
    const at = below(isHot ? 4 : 10_000);
    bids.push({
      auction: FIRST_ID + auction,
      bidder: FIRST_ID + bidder,
      price: Math.round(10 ** (random.next() * 6) * 100),
      channel: isHot ? HOT_CHANNELS[at]! : channels[at]!,
      url: urls[at]!,
      dateTime: START_MS + i,
      extra: extras[below(256)]!,
    });
  }
  return {
    count,
    types,
    bids,
    bidRows: bids.map((b) => [b.auction, b.bidder, b.price, b.channel, b.url, b.dateTime, b.extra]),
  };
}
