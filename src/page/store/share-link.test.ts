import { deflateSync, strToU8 } from 'fflate';
import { expect, test } from 'vitest';
import { decodeLink, encodeLink } from './share-link.ts';
import { InvalidError } from './valid-inputs.ts';

const events = [
  { table: 'clicks', atMs: 1000, kind: '-U' as const, partition: 1, row: { user: 'Mary', n: null } },
];

test('a link brings back what it was made of', () => {
  const shared = {
    scenarioId: 'late-row',
    sql: 'SELECT 1',
    config: { a: 'b' },
    startMs: 5,
    endMs: 9000,
    events,
    position: 7,
  };
  expect(decodeLink(encodeLink(shared))).toEqual(shared);
  const short = { scenarioId: 'late-row', position: 3 };
  expect(decodeLink(encodeLink(short))).toEqual(short);
  expect(encodeLink(short).length).toBeLessThan(80);
});

test.each(['#v1.', '#v1.!!!', '#v2.abc', '#v1.AAAA', '#v1.bm90IGRlZmxhdGU'])('%s is refused', (hash) => {
  expect(() => decodeLink(hash)).toThrow(InvalidError);
});

test('a link that swells beyond a megabyte is refused', () => {
  const packed = deflateSync(strToU8(' '.repeat(20_000_000)));
  const text = btoa(String.fromCharCode(...packed))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
  expect(() => decodeLink(`#v1.${text}`)).toThrow(InvalidError);
});

test('what is in a link is checked', () => {
  const bad = (change: object) => () => decodeLink(encodeLink({ scenarioId: 'x', position: 1, ...change }));
  expect(bad({ events: [{ table: 1 }] })).toThrow('event');
  expect(bad({ events: [{ ...events[0], kind: '?' }] })).toThrow('kind');
  expect(bad({ events: [events[0], { ...events[0], atMs: 1 }] })).toThrow('event');
  expect(bad({ position: 'x' })).toThrow('position');
  expect(bad({ endMs: 'x' })).toThrow('end');
});
