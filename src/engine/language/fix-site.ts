import type { Fix } from '../base/diagnostic.ts';
import type { CatalogObject } from '../catalog/catalog.ts';
import type { Session } from '../planner/statements/session.ts';
import { needsBackticks } from '../sql/reserved.ts';
import { isTimestamp } from '../types/logical-type.ts';
import { type PlacedPart, placedTokens } from './script-parts.ts';
import { elementsOpen } from './table-elements.ts';
import { closingIndex } from './token-tools.ts';

/** Where a problem was found. */
export interface Site {
  readonly script: string;
  readonly parts: readonly PlacedPart[];
  readonly placed: PlacedPart;
  /** As the statement found it. */
  readonly session: Session;
  readonly homes: ReadonlyMap<CatalogObject, number>;
}

/** A name as SQL text. */
export function quoted(name: string): string {
  return needsBackticks(name) ? `\`${name}\`` : name;
}

/** The statement that makes a table gets a WATERMARK clause for a column, where it can have one. */
export function declareWatermark(
  object: CatalogObject,
  column: string,
  parts: readonly PlacedPart[],
  homes: ReadonlyMap<CatalogObject, number>,
): Fix | null {
  const maker = parts.find(({ start }) => start === homes.get(object));
  const type = object.columns.find(({ name }) => name === column)?.type;
  if (
    object.kind !== 'table' ||
    object.watermark ||
    !type ||
    !isTimestamp(type) ||
    type.precision > 3 ||
    !maker
  )
    return null;
  const tokens = placedTokens(maker);
  const open = elementsOpen(tokens);
  const last = open < 0 ? undefined : tokens[closingIndex(tokens, open) - 1];
  if (!last) return null;
  const clause = `WATERMARK FOR ${quoted(column)} AS ${quoted(column)} - INTERVAL '5' SECOND`;
  const span = { start: last.end, end: last.end };
  return { kind: 'watermark', text: clause, edits: [{ span, text: `,\n  ${clause}` }] };
}
