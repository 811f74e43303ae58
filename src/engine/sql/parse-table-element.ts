import type { ColumnPosition, CreateTable, Identifier, TableElement, TypeName } from './ast.ts';
import { parseExpression } from './grammar.ts';
import { parseUnsignedNumber } from './parse-literal.ts';
import { parseIdentifier, parseIdentifierList, parseName, parseStringText } from './parse-name.ts';
import { parseColumnType } from './parse-type.ts';
import type { TokenStream } from './token-stream.ts';

/** What stands in the parentheses of CREATE TABLE and behind ALTER TABLE … ADD: columns, watermarks, keys. */

/** Where an element stands decides what it may be. */
export interface ElementPlace {
  /** FIRST and AFTER may follow: ALTER TABLE. */
  readonly positions: boolean;
  /** Names without types may stand for all columns: CREATE TABLE … AS. */
  readonly bareNames: boolean;
}

/** `(element, …)`. An inline UNIQUE or named key makes an element of its own behind its column. */
export function parseTableElements(tokens: TokenStream, place: ElementPlace): TableElement[] {
  if (place.bareNames && tokens.nameAt(1) && (tokens.symbolAt(2, ',') || tokens.symbolAt(2, ')')))
    return parseBareNames(tokens);
  const elements: TableElement[] = [];
  tokens.parenthesised(() => {
    if (place.bareNames && elements.length === 0) checkConstraintStart(tokens);
    const added = parseTableElement(tokens, place);
    if (added[0]?.kind === 'Watermark' && elements.some((each) => each.kind === 'Watermark'))
      refuseSecondWatermark(tokens, added[0]);
    elements.push(...added);
  });
  return elements;
}

function refuseSecondWatermark(tokens: TokenStream, { span }: TableElement): never {
  return tokens.complain('second-watermark', span);
}

/** `(a, b)`: the columns of the query in another order. */
function parseBareNames(tokens: TokenStream): TableElement[] {
  return parseIdentifierList(tokens).map((name) => ({ kind: 'ColumnName', name, span: name.span }));
}

/** Where names alone could stand too, Flink decides on two tokens that a constraint begins, and complains of the first. */
function checkConstraintStart(tokens: TokenStream): void {
  const word = tokens.whichWord(['CONSTRAINT', 'PRIMARY', 'UNIQUE', 'WATERMARK']);
  if (word === null) return;
  const fits =
    word === 'CONSTRAINT'
      ? tokens.nameAt(1)
      : word === 'UNIQUE'
        ? tokens.symbolAt(1, '(')
        : tokens.wordAt(1, word === 'PRIMARY' ? 'KEY' : 'FOR');
  if (fits) return;
  tokens.noteAhead(1, [
    word === 'CONSTRAINT' ? '<IDENTIFIER>' : word === 'UNIQUE' ? '(' : word === 'PRIMARY' ? 'KEY' : 'FOR',
  ]);
  tokens.note(['<IDENTIFIER>']);
  tokens.fail();
}

/** One element, and the constraint written within it where the tree keeps that apart. */
export function parseTableElement(tokens: TokenStream, place: ElementPlace): TableElement[] {
  if (tokens.whichWord(['CONSTRAINT', 'PRIMARY', 'UNIQUE']) !== null) return [parseTableConstraint(tokens)];
  if (tokens.isWord('WATERMARK')) return [parseWatermark(tokens)];
  return parseColumn(tokens, place);
}

/** The constraints that are all CREATE MATERIALIZED TABLE takes. */
export function parseConstraints(tokens: TokenStream): TableElement[] {
  return tokens.parenthesised(() => parseTableConstraint(tokens));
}

/** `WATERMARK FOR ts AS expression`. */
function parseWatermark(tokens: TokenStream): TableElement {
  const { start } = tokens.take();
  tokens.expectWord('FOR');
  const column = parseName(tokens);
  tokens.expectWord('AS');
  const expression = parseExpression(tokens, 'no-queries');
  return { kind: 'Watermark', column, expression, span: tokens.spanFrom(start) };
}

/** `[CONSTRAINT name] PRIMARY KEY (a, b) [NOT ENFORCED]`. */
function parseTableConstraint(tokens: TokenStream): TableElement {
  const { start } = tokens;
  const name = tokens.acceptWord('CONSTRAINT') ? parseIdentifier(tokens) : null;
  const unique = parseUniqueSpec(tokens);
  const columns = parseIdentifierList(tokens);
  const enforced = acceptEnforcement(tokens);
  return { kind: 'PrimaryKey', name, columns, enforced, unique, span: tokens.spanFrom(start) };
}

/** Whether it is UNIQUE rather than PRIMARY KEY. */
function parseUniqueSpec(tokens: TokenStream): boolean {
  const unique = tokens.expectOneOf(['PRIMARY', 'UNIQUE']) === 'UNIQUE';
  if (!unique) tokens.expectWord('KEY');
  return unique;
}

function acceptEnforcement(tokens: TokenStream): boolean | null {
  if (tokens.acceptWord('ENFORCED')) return true;
  if (!tokens.acceptWord('NOT')) return null;
  tokens.expectWord('ENFORCED');
  return false;
}

function parseColumn(tokens: TokenStream, place: ElementPlace): TableElement[] {
  const { start } = tokens;
  const name = parseIdentifier(tokens);
  if (tokens.acceptWord('AS')) {
    const expression = parseExpression(tokens, 'no-queries');
    const comment = acceptColumnComment(tokens);
    const position = acceptPosition(tokens, place);
    return [{ kind: 'ComputedColumn', name, expression, comment, position, span: tokens.spanFrom(start) }];
  }
  const type = parseColumnType(tokens);
  return tokens.acceptWord('METADATA')
    ? [parseMetadataColumn(tokens, place, start, name, type)]
    : parsePhysicalColumn(tokens, place, start, name, type);
}

function parseMetadataColumn(
  tokens: TokenStream,
  place: ElementPlace,
  start: number,
  name: Identifier,
  type: TypeName,
): TableElement {
  const from = tokens.acceptWord('FROM') ? parseStringText(tokens) : null;
  const virtual = tokens.acceptWord('VIRTUAL');
  const comment = acceptColumnComment(tokens);
  const position = acceptPosition(tokens, place);
  return {
    kind: 'MetadataColumn',
    name,
    type,
    from,
    virtual,
    comment,
    position,
    span: tokens.spanFrom(start),
  };
}

function parsePhysicalColumn(
  tokens: TokenStream,
  place: ElementPlace,
  start: number,
  name: Identifier,
  type: TypeName,
): TableElement[] {
  const constraintStart = tokens.start;
  const constraint = tokens.acceptWord('CONSTRAINT') ? parseIdentifier(tokens) : null;
  const keyed = constraint !== null || tokens.whichWord(['PRIMARY', 'UNIQUE']) !== null;
  const unique = keyed && parseUniqueSpec(tokens);
  const enforced = keyed ? acceptEnforcement(tokens) : null;
  const apart = unique || constraint !== null;
  const constraintSpan = tokens.spanFrom(constraintStart);
  const comment = acceptColumnComment(tokens);
  const position = acceptPosition(tokens, place);
  const primaryKey = keyed && !apart ? { enforced } : null;
  const column: TableElement = {
    kind: 'PhysicalColumn',
    name,
    type,
    primaryKey,
    comment,
    position,
    span: tokens.spanFrom(start),
  };
  return apart
    ? [
        column,
        { kind: 'PrimaryKey', name: constraint, columns: [name], enforced, unique, span: constraintSpan },
      ]
    : [column];
}

function acceptColumnComment(tokens: TokenStream): string | null {
  return tokens.acceptWord('COMMENT') ? parseStringText(tokens) : null;
}

function acceptPosition(tokens: TokenStream, place: ElementPlace): ColumnPosition | null {
  if (!place.positions) return null;
  if (tokens.acceptWord('FIRST')) return 'FIRST';
  return tokens.acceptWord('AFTER') ? { after: parseIdentifier(tokens) } : null;
}

/** `BY HASH(a) INTO 4 BUCKETS` behind DISTRIBUTED or DISTRIBUTION. */
export function parseDistribution(tokens: TokenStream): NonNullable<CreateTable['distribution']> {
  if (!tokens.isWord('BY')) return { kind: null, columns: [], buckets: parseBuckets(tokens) };
  tokens.expectWord('BY');
  const kind = tokens.acceptOneOf(['RANGE', 'HASH']);
  const columns = parseIdentifierList(tokens);
  const buckets = tokens.isWord('INTO') ? parseBuckets(tokens) : null;
  return { kind, columns, buckets };
}

function parseBuckets(tokens: TokenStream): number {
  tokens.expectWord('INTO');
  const buckets = Number(parseUnsignedNumber(tokens).value);
  tokens.expectWord('BUCKETS');
  return buckets;
}
