import { describe, expect, test } from 'vitest';
import type { Statement } from './ast.ts';
import { tokenize } from './lexer.ts';
import { parseScript, parseStatement } from './read-sql.ts';

function parsed(text: string): Statement {
  const outcome = parseStatement(text);
  if ('diagnostic' in outcome) throw new Error(outcome.diagnostic.chain.at(-1));
  return outcome.statement;
}

function texts(script: string): string[] {
  return parseScript(script).parts.map(
    ({ span, statement }) => `${statement?.kind ?? 'broken'}: ${script.slice(span.start, span.end)}`,
  );
}

describe('scripts', () => {
  test('go on behind a mistake', () => {
    const script = 'SELECT 1; SELECT FROM t; -- why; not\nSELECT c FORM t3;;\n INSERT INTO s SELECT 2';
    expect(texts(script)).toEqual([
      'QueryStatement: SELECT 1',
      'broken: SELECT FROM t',
      'broken: SELECT c FORM t3',
      'Insert: INSERT INTO s SELECT 2',
    ]);
    expect(parseScript(script).diagnostics.map(({ span }) => script.slice(span?.start, span?.end))).toEqual([
      'FROM',
      'FORM',
    ]);
  });

  test('keep a string that is never closed to its statement', () => {
    const script = "SELECT a FROM t WHERE b = 'x;\nSELECT 'y' FROM t;\nSELECT 2;";
    expect(texts(script)).toEqual([
      "broken: SELECT a FROM t WHERE b = 'x",
      "QueryStatement: SELECT 'y' FROM t",
      'QueryStatement: SELECT 2',
    ]);
    const [diagnostic] = parseScript(script).diagnostics;
    expect(diagnostic).toMatchObject({ span: { start: 26, end: 27 }, hint: "A string needs a closing '." });
    expect(diagnostic?.chain[0]).toMatch(
      /^SqlParserException: SQL parse failed\. Encountered "= \\'" at line 1, column 25\./,
    );
  });

  test('may hold a string over several lines', () => {
    expect(texts("SELECT 'a;\nb';\nSELECT 2")).toEqual([
      "QueryStatement: SELECT 'a;\nb'",
      'QueryStatement: SELECT 2',
    ]);
  });

  test('hold statement sets of both kinds', () => {
    const script =
      'BEGIN STATEMENT SET;\nINSERT INTO a SELECT 1;\nINSERT INTO b SELECT 2;\nEND;\nEXECUTE STATEMENT SET BEGIN INSERT INTO a SELECT 1; END; SELECT 3';
    const { statements } = parseScript(script);
    expect(statements.map(({ kind }) => kind)).toEqual(['StatementSet', 'StatementSet', 'QueryStatement']);
    expect(statements[0]).toMatchObject({
      bare: true,
      inserts: [{ table: { parts: [{ name: 'a' }] } }, { table: { parts: [{ name: 'b' }] } }],
    });
    expect(statements[1]).toMatchObject({ bare: false, inserts: [{}] });
  });

  test('go on behind a broken statement set', () => {
    expect(
      texts('EXECUTE STATEMENT SET BEGIN INSERT a SELECT 1; INSERT INTO b SELECT 1; END; SELECT 3'),
    ).toEqual([
      'broken: EXECUTE STATEMENT SET BEGIN INSERT a SELECT 1; INSERT INTO b SELECT 1; END',
      'QueryStatement: SELECT 3',
    ]);
    expect(texts('BEGIN STATEMENT SET; INSERT a SELECT 1; INSERT INTO b SELECT 1; END; SELECT 3')).toEqual([
      'broken: BEGIN STATEMENT SET; INSERT a SELECT 1; INSERT INTO b SELECT 1; END',
      'QueryStatement: SELECT 3',
    ]);
  });

  test('know SET without quotes, whose value is no SQL', () => {
    expect(
      parseScript("SET table.exec.state.ttl = 1h; SET a = file:///x//y; SET 'k' = 'v'; RESET a.b; SET")
        .statements,
    ).toMatchObject([
      { kind: 'SetOption', key: 'table.exec.state.ttl', value: '1h' },
      { kind: 'SetOption', key: 'a', value: 'file:///x//y' },
      { kind: 'SetOption', key: 'k', value: 'v' },
      { kind: 'ResetOption', key: 'a.b' },
      { kind: 'SetOption', key: null, value: null },
    ]);
  });
});

describe('one statement', () => {
  test('may be closed by semicolons, but stands alone', () => {
    expect(parsed('SELECT 1;;').kind).toBe('QueryStatement');
    expect(parseStatement('SELECT 1; SELECT 2')).toMatchObject({
      diagnostic: {
        code: 'several-statements',
        chain: ['IllegalArgumentException: only single statement supported'],
      },
    });
    expect(parseStatement('')).toMatchObject({ diagnostic: { code: 'empty-statement' } });
  });

  test('says what was expected', () => {
    const outcome = parseStatement('CREATE TABLE t (WATERMARK ts AS ts)');
    expect(outcome).toMatchObject({
      diagnostic: { chain: [expect.anything(), expect.anything(), expect.stringContaining('"FOR" ...\n')] },
    });
  });

  test('keeps what only the validator refuses for the end', () => {
    expect(parseStatement('CREATE TABLE t (a FOOBAR) WITH')).toMatchObject({
      diagnostic: { code: 'syntax-error' },
    });
    expect(parseStatement('CREATE TABLE t (a FOOBAR)')).toMatchObject({
      diagnostic: {
        code: 'unknown-type',
        chain: [
          "CalciteContextException: From line 1, column 19 to line 1, column 24: Unknown identifier 'FOOBAR'",
          "SqlValidatorException: Unknown identifier 'FOOBAR'",
        ],
      },
    });
    expect(parseStatement('SELECT CAST(a AS NUMBER) FROM t')).toMatchObject({
      diagnostic: {
        chain: [
          "ValidationException: SQL validation failed. From line 1, column 18 to line 1, column 23: Unknown identifier 'NUMBER'",
          expect.anything(),
          expect.anything(),
        ],
      },
    });
  });
});

describe('trees', () => {
  test('resolve synonyms of types', () => {
    const statement = parsed(
      'CREATE TABLE t (a INTEGER, b DEC(5), c CHARACTER VARYING(3), d TIMESTAMP(3) WITH LOCAL TIME ZONE, e INT NOT NULL ARRAY NULL, f DOUBLE PRECISION)',
    );
    expect(statement).toMatchObject({
      elements: [
        { type: { name: 'INT' } },
        { type: { name: 'DECIMAL', args: [5] } },
        { type: { name: 'VARCHAR', args: [3] } },
        { type: { name: 'TIMESTAMP_LTZ', args: [3] } },
        { type: { name: 'ARRAY', elements: [{ name: 'INT', notNull: true }], notNull: false } },
        { type: { name: 'DOUBLE', args: [] } },
      ],
    });
  });

  test('tell columns, fields and functions apart as far as names go', () => {
    expect(parsed('SELECT a.b.c, (a).b, f(x).y, cat.db.f(x), CURRENT_DATE, t.*')).toMatchObject({
      query: {
        items: [
          { expression: { kind: 'ColumnRef', parts: [{ name: 'a' }, { name: 'b' }, { name: 'c' }] } },
          { expression: { kind: 'FieldAccess', operand: { kind: 'ColumnRef' }, field: { name: 'b' } } },
          { expression: { kind: 'FieldAccess', operand: { kind: 'Call', name: 'f' } } },
          { expression: { kind: 'Call', name: 'cat.db.f', path: { parts: [{}, {}, {}] } } },
          { expression: { kind: 'Call', name: 'CURRENT_DATE', syntax: 'niladic' } },
          { expression: { kind: 'Star', qualifier: [{ name: 't' }] } },
        ],
      },
    });
  });

  test('read functions with a syntax of their own', () => {
    expect(
      parsed(
        "SELECT EXTRACT(hour FROM a), TRIM(LEADING 'x' FROM a), CEIL(a TO DAY), TIMESTAMPDIFF(day, a, b), JSON_VALUE(a, b RETURNING INT DEFAULT 3 ON EMPTY), COUNT(*), SUM(DISTINCT a) FILTER (WHERE b)",
      ),
    ).toMatchObject({
      query: {
        items: [
          { expression: { name: 'EXTRACT', keywords: ['HOUR'], args: [{}] } },
          { expression: { name: 'TRIM', keywords: ['LEADING'], args: [{ value: 'x' }, {}] } },
          { expression: { name: 'CEIL', keywords: ['DAY'] } },
          { expression: { name: 'TIMESTAMPDIFF', keywords: ['DAY'], args: [{}, {}] } },
          {
            expression: {
              name: 'JSON_VALUE',
              keywords: ['DEFAULT ON EMPTY'],
              returning: { name: 'INT' },
              args: [{}, {}, { value: '3' }],
            },
          },
          { expression: { name: 'COUNT', star: true, args: [] } },
          { expression: { name: 'SUM', distinct: true, filter: { kind: 'ColumnRef' } } },
        ],
      },
    });
  });

  test('keep commas apart from joins, and queries in parentheses from joins in them', () => {
    expect(parsed('SELECT 1 FROM a, b JOIN c ON TRUE')).toMatchObject({
      query: {
        from: {
          comma: true,
          left: { kind: 'NamedTable' },
          right: { kind: 'Join', comma: false, type: 'INNER' },
        },
      },
    });
    expect(parsed('SELECT 1 FROM ((SELECT 1) UNION SELECT 2) AS x')).toMatchObject({
      query: { from: { kind: 'DerivedTable', query: { kind: 'SetOperation' }, alias: { name: 'x' } } },
    });
    expect(parsed('SELECT 1 FROM a JOIN (b JOIN c ON TRUE) ON TRUE')).toMatchObject({
      query: { from: { right: { kind: 'Join' } } },
    });
  });

  test('decode strings', () => {
    expect(
      parsed(
        "SELECT 'it''s', U&'\\00E9t\\00E9', U&'caf!00E9' UESCAPE '!', X'0aFf', E'a\\n\\x41', _UTF8'x', 'a'\n'b'",
      ),
    ).toMatchObject({
      query: {
        items: [
          { expression: { value: "it's" } },
          { expression: { value: 'été' } },
          { expression: { value: 'café' } },
          { expression: { type: 'binary', value: '0AFF' } },
          { expression: { value: 'a\nA' } },
          { expression: { value: 'x', charset: 'UTF8' } },
          { expression: { value: 'ab' } },
        ],
      },
    });
  });
});

test('tokens have kinds for highlighting', () => {
  expect(tokenize("SELECT `a`, 1.5 'x' /* c */ -- d\n#").map(({ kind }) => kind)).toEqual([
    'word',
    'quoted-name',
    'symbol',
    'number',
    'string',
    'comment',
    'comment',
    'error',
    'end',
  ]);
});
