import type { RowKind } from '../../engine/engine-api.ts';
import styles from './glyph.module.css';

const SHAPES: Record<RowKind, { readonly path: string; readonly isSolid: boolean; readonly token: string }> = {
  '+I': { path: 'M-5,-5h10v10h-10Z', isSolid: true, token: 'var(--k-ins)' },
  '-U': { path: 'M5,-5.5L-5.5,0L5,5.5Z', isSolid: false, token: 'var(--k-upd)' },
  '+U': { path: 'M-5,-5.5L5.5,0L-5,5.5Z', isSolid: true, token: 'var(--k-upd)' },
  '-D': { path: 'M0,-6.5L6.5,0L0,6.5L-6.5,0Z', isSolid: false, token: 'var(--k-del)' },
};

/** Colour of a row kind, as CSS. */
export function kindColor(kind: RowKind): string {
  return SHAPES[kind].token;
}

/** A row kind as a shape inside an SVG: hue and shape say what it does, solid or hollow whether it adds or takes back. */
export function GlyphPath({ kind, scale = 1 }: { readonly kind: RowKind; readonly scale?: number }) {
  const { path, isSolid, token } = SHAPES[kind];
  return (
    <path
      d={path}
      fill={isSolid ? token : 'var(--bg)'}
      stroke={token}
      strokeWidth={1.6}
      strokeLinejoin="round"
      transform={scale === 1 ? undefined : `scale(${scale})`}
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
