/** What a changelog adds up to, whatever its order: equal for two systems exactly if they end with the same table (but for hash collisions). */
export interface Fingerprint {
  changes: number;
  rows: number;
  sum: number;
}

export type ArraySink = (kind: number, row: readonly unknown[]) => void;

const source = `
  const f = { changes: 0, rows: 0, sum: 0, last: null };
  function mix(h, x) { h = Math.imul(h ^ (x | 0), 0x85ebca6b); return h ^ (h >>> 13); }
  function value(x) { return typeof x === 'string' ? x.length : x; }
  f.row = function (kind, row) {
    f.last = row;
    let h = 17;
    for (let i = 0; i < row.length; i++) h = mix(h, value(row[i]));
    f.changes++;
    if (kind === 0 || kind === 2) { f.rows++; f.sum = (f.sum + h) | 0; } else { f.rows--; f.sum = (f.sum - h) | 0; }
  };
  WIDTHS
  f.reset = function () { f.changes = 0; f.rows = 0; f.sum = 0; };
  return f;`;

export interface Sink extends Fingerprint {
  readonly row: ArraySink;
  readonly object: (kind: number, row: never) => void;
  readonly reset: () => void;
}

/** A sink of its own for each system, so that one's shapes do not slow the other: columns `names` of an object, or the first so many of an array. */
export function makeSink(names: readonly string[]): Sink {
  const objectBody = `f.object = function (kind, r) { f.last = r; let h = 17; ${names.map((n) => `h = mix(h, value(r.${n}));`).join(' ')} f.changes++; if (kind === 0 || kind === 2) { f.rows++; f.sum = (f.sum + h) | 0; } else { f.rows--; f.sum = (f.sum - h) | 0; } };
  f.row = function (kind, r) { f.last = r; let h = 17; ${names.map((_, i) => `h = mix(h, value(r[${i}]));`).join(' ')} f.changes++; if (kind === 0 || kind === 2) { f.rows++; f.sum = (f.sum + h) | 0; } else { f.rows--; f.sum = (f.sum - h) | 0; } };`;
  return new Function(source.replace('WIDTHS', objectBody))() as Sink;
}
