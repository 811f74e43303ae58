import { SqlError } from '../base/diagnostic.ts';
import { plainError } from '../base/refusal.ts';
import type { CatalogTable, ObjectPath } from '../catalog/catalog.ts';
import type { RowKind } from '../engine-api.ts';
import { refusedWatermarkHint, refusedWatermarkOptions, WATERMARK_OPTIONS } from './watermark-options.ts';

/** Row kinds a source says it produces, or a sink says it accepts. */
export type ChangelogKinds = ReadonlySet<RowKind>;

interface WithColumns {
  readonly columns: readonly { readonly name: string }[];
}

interface Connector {
  readonly name: string;
  readonly canRead: boolean;
  readonly canWrite: boolean;
  /** Options it knows beyond `connector` and the general ones. */
  options(table: WithColumns): readonly string[];
}

const GENERAL = ['property-version', ...WATERMARK_OPTIONS];

const CONNECTORS: readonly Connector[] = [
  {
    name: 'scenario',
    canRead: true,
    canWrite: true,
    options: () => ['bounded', 'changelog-mode', 'partitions'],
  },
  {
    name: 'print',
    canRead: false,
    canWrite: true,
    options: () => ['print-identifier', 'standard-error', 'sink.parallelism'],
  },
  { name: 'blackhole', canRead: false, canWrite: true, options: () => [] },
  {
    name: 'datagen',
    canRead: true,
    canWrite: false,
    options: (table) => [
      'number-of-rows',
      'rows-per-second',
      'scan.parallelism',
      ...table.columns.flatMap((c) =>
        ['kind', 'max', 'min', 'null-rate', 'start', 'end', 'length', 'max-past', 'var-len'].map(
          (o) => `fields.${c.name}.${o}`,
        ),
      ),
    ],
  },
];

/** The connectors there are. */
export function connectorNames(): readonly string[] {
  return CONNECTORS.map(({ name }) => name);
}

/** The options a connector knows for a table of such columns, the general ones last. */
export function connectorOptions(connector: string, table: WithColumns): readonly string[] {
  return [...(CONNECTORS.find(({ name }) => name === connector)?.options(table) ?? []), ...GENERAL];
}

const join = (path: ObjectPath): string => path.join('.');

function refuse(
  table: CatalogTable,
  verb: 'reading' | 'writing',
  causes: readonly string[],
  phase: 'parse' | 'plan',
): SqlError {
  const options = [...table.options].sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) => `'${k}'='${v}'`);
  const head = `ValidationException: Unable to create a ${verb === 'reading' ? 'source' : 'sink'} for ${verb} table '${join(table.path)}'.\n\nTable options are:\n\n${options.join('\n')}`;
  return new SqlError({
    severity: 'error',
    phase,
    code: 'bad-connector',
    chain: [head, ...causes],
    span: table.span,
  });
}

function find(table: CatalogTable, verb: 'reading' | 'writing', phase: 'parse' | 'plan'): Connector {
  const name = table.options.get('connector');
  if (name === undefined)
    throw refuse(
      table,
      verb,
      [
        "ValidationException: Table options do not contain an option key 'connector' for discovering a connector.",
      ],
      phase,
    );
  const connector = CONNECTORS.find((c) => c.name === name);
  if (!connector) {
    throw refuse(
      table,
      verb,
      [
        `ValidationException: Cannot discover a connector using option: 'connector'='${name}'`,
        `ValidationException: Could not find any factory for identifier '${name}' that implements 'org.apache.flink.table.factories.DynamicTableFactory' in the classpath.\n\nAvailable factory identifiers are:\n\nblackhole\ndatagen\nlegacy-csv\nprint\nscenario`,
      ],
      phase,
    );
  }
  return connector;
}

function checkOptions(
  table: CatalogTable,
  connector: Connector,
  verb: 'reading' | 'writing',
  phase: 'parse' | 'plan',
): void {
  const known = new Set([...connector.options(table), ...GENERAL, 'connector']);
  const unknown = [...table.options.keys()].filter((k) => !known.has(k)).sort();
  if (unknown.length === 0) {
    const refused = refusedWatermarkOptions(table.options, connector.name);
    if (refused) throw refuse(table, verb, refused, phase);
    return;
  }
  const supported = connector.name === 'datagen' ? DATAGEN_LISTED(table) : [...known].sort();
  throw refuse(
    table,
    verb,
    [
      `ValidationException: Unsupported options found for '${connector.name}'.\n\nUnsupported options:\n\n${unknown.join('\n')}\n\nSupported options:\n\n${supported.join('\n')}`,
    ],
    phase,
  );
}

const DATAGEN_LISTED = (table: CatalogTable): string[] =>
  [
    'connector',
    ...table.columns.flatMap((c) => ['kind', 'max', 'min', 'null-rate'].map((o) => `fields.${c.name}.${o}`)),
    'number-of-rows',
    'rows-per-second',
    'scan.parallelism',
  ].sort();

/** Checks a table for reading, as Flink does while it converts a query, and gives it with the options of hints laid over its own. */
export function openSource(
  table: CatalogTable,
  hints: ReadonlyMap<string, string>,
  mode: { readonly cdcDuplicates: boolean; readonly isBatch: boolean },
): CatalogTable {
  const refused = refusedWatermarkHint(hints);
  if (refused)
    throw new SqlError({
      severity: 'error',
      phase: 'parse',
      code: 'bad-hint',
      chain: refused,
      span: table.span,
    });
  const merged: CatalogTable =
    hints.size === 0 ? table : { ...table, options: new Map([...table.options, ...hints]) };
  const connector = find(merged, 'reading', 'parse');
  if (!connector.canRead) {
    throw refuse(
      merged,
      'reading',
      [
        `ValidationException: Connector '${connector.name}' can only be used as a sink. It cannot be used as a source.`,
      ],
      'parse',
    );
  }
  if (connector.name === 'datagen') {
    for (const c of merged.columns) {
      if (
        merged.options.get(`fields.${c.name}.kind`) === 'sequence' &&
        !merged.options.has(`fields.${c.name}.start`)
      ) {
        throw refuse(
          merged,
          'reading',
          [
            `ValidationException: Could not find required property 'fields.${c.name}.start' for sequence generator.`,
          ],
          'parse',
        );
      }
    }
  }
  checkOptions(merged, connector, 'reading', 'parse');
  if (connector.name !== 'scenario')
    throw plainError(
      'parse',
      'not-supported-here',
      'Tidemark',
      `Tidemark has no '${connector.name}' source yet; use 'connector' = 'scenario' and give the rows as events.`,
      table.span,
    );
  if (merged.columns.some((c) => c.kind === 'metadata'))
    throw plainError(
      'parse',
      'no-metadata',
      'ValidationException',
      "Table 'scenario' declares metadata columns, but the underlying DynamicTableSource doesn't implement the SupportsReadingMetadata interface. Therefore, metadata cannot be read from the given source.",
      table.span,
    );
  const kinds = sourceKinds(merged);
  if (mode.isBatch && kinds.size > 1)
    throw plainError(
      'parse',
      'batch-changes',
      'TableException',
      `Querying a table in batch mode is currently only possible for INSERT-only table sources. But the source for table '${join(merged.path)}' produces other changelog messages than just INSERT.`,
      table.span,
    );
  if (kinds.has('+U') && !kinds.has('-U') && merged.primaryKey.length === 0) {
    throw plainError(
      'parse',
      'upsert-needs-key',
      'TableException',
      `Table '${join(merged.path)}' produces a changelog stream that contains UPDATE_AFTER but no UPDATE_BEFORE. This requires defining a primary key constraint on the table.`,
      table.span,
    );
  }
  if (mode.cdcDuplicates && kinds.size > 1 && merged.primaryKey.length === 0) {
    throw plainError(
      'parse',
      'duplicates-need-key',
      'TableException',
      `Configuration 'table.exec.source.cdc-events-duplicate' is enabled which requires the changelog sources to define a PRIMARY KEY. However, table '${join(merged.path)}' doesn't have a primary key.`,
      table.span,
    );
  }
  return merged;
}

/** Checks a table for writing; Flink does this when it translates the plan. */
export function openSink(table: CatalogTable): void {
  const connector = find(table, 'writing', 'plan');
  if (!connector.canWrite)
    throw refuse(
      table,
      'writing',
      [
        `ValidationException: Connector '${connector.name}' can only be used as a source. It cannot be used as a sink.`,
      ],
      'plan',
    );
  checkOptions(table, connector, 'writing', 'plan');
}

const KINDS: { readonly [short: string]: RowKind } = { I: '+I', UB: '-U', UA: '+U', D: '-D' };

function declaredKinds(table: CatalogTable): ChangelogKinds | null {
  const mode = table.options.get('changelog-mode');
  if (mode === undefined) return null;
  const kinds = mode.split(',').map((part) => KINDS[part.trim().toUpperCase()]);
  if (kinds.some((k) => k === undefined)) {
    throw refuse(
      table,
      'reading',
      [`IllegalArgumentException: Unknown changelog mode '${mode}': write a list of I, UB, UA and D.`],
      'parse',
    );
  }
  return new Set(kinds as RowKind[]);
}

/** What a source says it produces; insert-only unless `changelog-mode` says otherwise. */
export function sourceKinds(table: CatalogTable): ChangelogKinds {
  return declaredKinds(table) ?? new Set<RowKind>(['+I']);
}

/** What a sink says it accepts: upsert with a primary key and everything without, unless `changelog-mode` says otherwise. */
export function sinkKinds(table: CatalogTable): ChangelogKinds {
  const declared = declaredKinds(table);
  if (declared) return declared;
  return table.primaryKey.length > 0 || table.options.get('connector') === 'blackhole'
    ? new Set<RowKind>(['+I', '+U', '-D'])
    : new Set<RowKind>(['+I', '-U', '+U', '-D']);
}

/** How many partitions the source has; null where it does not make watermarks by partition. */
export function partitionsOf(table: CatalogTable): number | null {
  const text = table.options.get('partitions');
  if (text === undefined) return null;
  const count = Number(text);
  return Number.isInteger(count) && count > 0 ? Math.min(count, 1000) : 1;
}
