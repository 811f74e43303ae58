import type { RowKind } from '../../engine/engine-api.ts';
import styles from './glyph.module.css';

type Point = readonly [number, number];

/** Corners around 0,0, the hue, and whether it adds (solid) or takes back (hollow). */
const SHAPES: Record<
  RowKind,
  { readonly corners: readonly Point[]; readonly isSolid: boolean; readonly token: string }
> = {
  '+I': {
    corners: [
      [-5, -5],
      [5, -5],
      [5, 5],
      [-5, 5],
    ],
    isSolid: true,
    token: 'var(--k-ins)',
  },
  '-U': {
    corners: [
      [5, -5.5],
      [-5.5, 0],
      [5, 5.5],
    ],
    isSolid: false,
    token: 'var(--k-upd)',
  },
  '+U': {
    corners: [
      [-5, -5.5],
      [5.5, 0],
      [-5, 5.5],
    ],
    isSolid: true,
    token: 'var(--k-upd)',
  },
  '-D': {
    corners: [
      [0, -6.5],
      [6.5, 0],
      [0, 6.5],
      [-6.5, 0],
    ],
    isSolid: false,
    token: 'var(--k-del)',
  },
};

/** Colour of a row kind, as CSS. */
export function kindColor(kind: RowKind): string {
  return SHAPES[kind].token;
}

interface GlyphProps {
  readonly kind: RowKind;
  readonly x?: number;
  readonly y?: number;
  readonly scale?: number;
}

/** A row kind as a shape inside an SVG: hue and shape say what it does, solid or hollow whether it adds or takes back. */
export function GlyphPath({ kind, x = 0, y = 0, scale = 1 }: GlyphProps) {
  const { corners, isSolid, token } = SHAPES[kind];
  // Placed by its coordinates: hundreds of transforms would be hundreds of layers to the browser.
  const path = corners.map(([right, down]) => `${x + right * scale},${y + down * scale}`).join('L');
  return (
    <path
      d={`M${path}Z`}
      fill={isSolid ? token : 'var(--bg)'}
      stroke={token}
      strokeWidth={1.6}
      strokeLinejoin="round"
    />
  );
}

/** A row kind in text: its shape and its two characters. */
export function KindTag({ kind, words }: { readonly kind: RowKind; readonly words: string }) {
  return (
    <span className={styles['tag']} data-kind={kind} title={words}>
      <svg width="14" height="14" viewBox="-7.5 -7.5 15 15" aria-hidden="true">
        <GlyphPath kind={kind} />
      </svg>
      {kind}
      <span className="visually-hidden"> {words}</span>
    </span>
  );
}
