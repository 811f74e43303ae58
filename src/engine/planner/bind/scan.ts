import type { CatalogTable } from '../../catalog/catalog.ts';
import type { LogicalNode } from '../../plan/logical.ts';
import { ref } from '../../plan/rex.ts';
import { inMilliseconds, withoutRowtime } from '../../types/logical-type.ts';

/** The scan of a table with its computed columns and watermark on top, as Flink expands it; it has the alias if there are none. */
export function scanOf(
  table: CatalogTable,
  hinted: ReadonlyMap<string, string> = new Map(),
  alias: string | null = null,
): LogicalNode {
  const stored = table.columns.filter((c) => c.kind !== 'computed');
  const isBare = stored.length === table.columns.length && !table.watermark;
  let node: LogicalNode = {
    kind: 'Scan',
    table,
    hinted,
    alias: isBare ? alias : null,
    fields: stored.map(({ name, type }) => ({ name, type: withoutRowtime(type) })),
  };
  const fields = table.columns.map((c) => ({
    name: c.name,
    type: withoutRowtime(c.type),
  }));
  if (stored.length < table.columns.length) {
    const exprs = table.columns.map((c, i) => c.expression ?? ref(stored.indexOf(c), fields[i]!.type));
    node = { kind: 'Project', input: node, exprs, fields };
  }
  if (table.watermark) {
    const rowtime = table.watermark.column;
    node = {
      kind: 'WatermarkAssigner',
      input: node,
      rowtime,
      watermark: table.watermark.expression,
      fields: table.columns.map((c, i) =>
        i === rowtime ? { name: c.name, type: inMilliseconds(c.type) } : node.fields[i]!,
      ),
    };
  }
  return node;
}
