import { Random } from '../src/engine/base/random.ts';
import type { Row } from '../src/engine/types/logical-type.ts';
import { type Data, NO_TABLE } from './workload.ts';

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
export interface Auction {
  readonly id: number;
  readonly itemName: string;
  readonly description: string;
  readonly initialBid: number;
  readonly reserve: number;
  readonly dateTime: number;
  readonly expires: number;
  readonly seller: number;
  readonly category: number;
  readonly extra: string;
}
export interface Events extends Data {
  /** 0 person, 1 auction, 2 bid, in order of arrival. */
  readonly types: Uint8Array;
  readonly bids: readonly Bid[];
  readonly auctions: readonly Auction[];
}

export const START_MS = 1_700_000_000_000;
const FIRST_ID = 1000;
const HOT_CHANNELS = ['Google', 'Facebook', 'Baidu', 'Apple'] as const;
const AUCTION_LIFE_MS = 3_300;

export const BID_DDL = (watermark: string): string =>
  `CREATE TABLE bid (auction BIGINT, bidder BIGINT, price BIGINT, channel STRING, url STRING, \`dateTime\` TIMESTAMP(3), extra STRING${watermark}) WITH ('connector' = 'scenario')`;
export const AUCTION_DDL =
  "CREATE TABLE auction (id BIGINT, itemName STRING, description STRING, initialBid BIGINT, reserve BIGINT, `dateTime` TIMESTAMP(3), expires TIMESTAMP(3), seller BIGINT, category BIGINT, extra STRING) WITH ('connector' = 'scenario')";

/** The stream; a workload that reads `auction` has it as its second table. */
export function nexmark(count: number, seed: number, withAuctions: boolean): Events {
  const random = new Random(seed);
  const below = (n: number): number => Math.floor(random.next() * n);
  const word = (length: number): string =>
    Array.from({ length }, () => String.fromCharCode(97 + below(26))).join('');
  const extras = Array.from({ length: 256 }, () => word(60));
  const names = Array.from({ length: 512 }, () => word(20));
  const descriptions = Array.from({ length: 128 }, () => word(100));
  const channels = Array.from({ length: 10_000 }, (_, i) => `channel-${i}`);
  const urls = channels.map((_, i) => `https://www.nexmark.com/${word(5)}/${word(5)}/item.htm?query=${i}`);
  const price = (): number => Math.round(10 ** (random.next() * 6) * 100);
  const types = new Uint8Array(count);
  const bids: Bid[] = [];
  const auctions: Auction[] = [];

  const addAuction = (i: number, epoch: number, offset: number): void => {
    const initialBid = price();
    const a: Auction = {
      id: FIRST_ID + epoch * 3 + offset - 1,
      itemName: names[below(512)]!,
      description: descriptions[below(128)]!,
      initialBid,
      reserve: initialBid + price(),
      dateTime: START_MS + i,
      expires: START_MS + i + 1 + below(AUCTION_LIFE_MS),
      seller: FIRST_ID + (below(4) > 0 ? Math.floor(epoch / 100) * 100 : below(epoch + 1)),
      category: 10 + below(5),
      extra: extras[below(256)]!,
    };
    auctions.push(a);
  };
  const addBid = (i: number, epoch: number): void => {
    const lastAuction = epoch * 3 + 2;
    const auction =
      below(2) > 0
        ? Math.floor(lastAuction / 100) * 100
        : Math.max(lastAuction - 100, 0) + below(Math.min(100, lastAuction) + 11);
    const people = Math.min(epoch + 1, 1000);
    const bidder = below(4) > 0 ? Math.floor(epoch / 100) * 100 + 1 : epoch + 1 - people + below(people + 10);
    const isHot = below(2) > 0;
    const at = below(isHot ? 4 : 10_000);
    const b: Bid = {
      auction: FIRST_ID + auction,
      bidder: FIRST_ID + bidder,
      price: price(),
      channel: isHot ? HOT_CHANNELS[at]! : channels[at]!,
      url: urls[at]!,
      dateTime: START_MS + i,
      extra: extras[below(256)]!,
    };
    bids.push(b);
  };
  for (let i = 0; i < count; i++) {
    const epoch = Math.floor(i / 50);
    const offset = i % 50;
    types[i] = offset === 0 ? 0 : offset < 4 ? 1 : 2;
    if (offset >= 4) addBid(i, epoch);
    else if (offset > 0) addAuction(i, epoch, offset);
  }
  return { count, types, bids, auctions, ...rowsOf(types, bids, withAuctions ? auctions : null) };
}

/** What the engine is given. Made when the loop's objects lie in memory already: side by side with them each system would drag the other's rows through the caches. */
function rowsOf(
  types: Uint8Array,
  bids: readonly Bid[],
  auctions: readonly Auction[] | null,
): Pick<Data, 'tableOf' | 'rows'> {
  const tableOf = new Uint8Array(types.length).fill(NO_TABLE);
  const rows: Row[] = [];
  let [nextBid, nextAuction] = [0, 0];
  types.forEach((type, i) => {
    if (type === 2) {
      const b = bids[nextBid++]!;
      tableOf[i] = 0;
      rows.push([b.auction, b.bidder, b.price, b.channel, b.url, b.dateTime, b.extra]);
    } else if (type === 1 && auctions) {
      const a = auctions[nextAuction++]!;
      tableOf[i] = 1;
      rows.push([
        a.id,
        a.itemName,
        a.description,
        a.initialBid,
        a.reserve,
        a.dateTime,
        a.expires,
        a.seller,
        a.category,
        a.extra,
      ]);
    }
  });
  return { tableOf, rows };
}
