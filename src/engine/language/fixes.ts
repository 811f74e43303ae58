import type { Diagnostic, Fix } from '../base/diagnostic.ts';
import type { Catalog, CatalogObject } from '../catalog/catalog.ts';
import type { PlacedPart } from './script-parts.ts';

export function fixesOf(
  _d: Diagnostic,
  _p: PlacedPart,
  _c: Catalog,
  _h: ReadonlyMap<CatalogObject, number>,
): readonly Fix[] {
  return [];
}
