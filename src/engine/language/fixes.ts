import type { Diagnostic, Fix } from '../base/diagnostic.ts';
import type { Span } from '../base/span.ts';
import { closestWord } from '../sql/closest-word.ts';
import type { Token } from '../sql/lexer.ts';
import { declareWatermark, quoted, type Site } from './fix-site.ts';
import { planFix } from './plan-fixes.ts';
import { describedFunctions } from './query-functions.ts';
import { columnsOf, scopeAt } from './query-scope.ts';
import { placedTokens } from './script-parts.ts';
import { isName, isSymbol, isWord, nameAt, nameOf, openBefore } from './token-tools.ts';

/** The problem with the changes that put it right, where those are certain, and with a hint that names the likeliest. */
export function withFixes(problem: Diagnostic, site: Site): Diagnostic {
  const fix = fixOf(problem, site);
  if (!fix) return problem;
  // A wrong name was meant to be another one; a refused plan was meant as it stands.
  const isName = fix.kind === 'replace' && !problem.plan;
  const hint = problem.hint ?? (isName ? `Did you mean ${fix.text}?` : undefined);
  return { ...problem, fixes: [fix], ...(hint === undefined ? {} : { hint }) };
}

function fixOf(problem: Diagnostic, site: Site): Fix | null {
  const { code, span } = problem;
  const declared = code === 'window-needs-time' ? watermarkFix(site) : null;
  const planned = declared ?? planFix(problem, site);
  if (planned) return planned;
  if (!span) return null;
  const tokens = placedTokens(site.placed);
  // The last part of a qualified name is the one that is wrong, but for a table before a column.
  const isWrong = (each: Token): boolean => each.start >= span.start && each.end <= span.end && isNamed(each);
  const index = code === 'unknown-function' ? tokens.findIndex(isWrong) : tokens.findLastIndex(isWrong);
  const token = tokens[index];
  if (!token) return null;
  const meant = closest(nameOf(token), candidatesFor(code, site, tokens, index));
  return meant === null ? null : replaceFix(token, code === 'unknown-function' ? meant : quoted(meant));
}

/** What the wrong name may have been meant to be. */
function candidatesFor(code: string, site: Site, tokens: readonly Token[], index: number): readonly string[] {
  const { script, session } = site;
  const { tables, ctes } = scopeAt(script, tokens, index, session);
  switch (code) {
    case 'unknown-column':
    case 'unknown-identifier': {
      const qualifier = isSymbol(tokens[index - 1], '.') ? tokens[index - 2] : undefined;
      const seen = qualifier ? tables.filter(({ name }) => name === nameOf(qualifier)) : tables;
      return (seen.length > 0 ? seen : tables).flatMap(({ columns }) => columns.map(({ name }) => name));
    }
    case 'unknown-table':
      if (isSymbol(tokens[index + 1], '.')) return tables.map(({ name }) => name);
      return [...ctes.map(({ name }) => name), ...session.catalog.objects().map(({ path }) => path[2])];
    case 'unknown-sink':
      return session.catalog.objects().map(({ path }) => path[2]);
    case 'unknown-target-column': {
      const into = tokens.findIndex((token) => isWord(token, 'INTO', 'OVERWRITE'));
      const name = nameAt(tokens, into + 1);
      const target = name && session.catalog.get(session.catalog.qualify(name.parts.map(nameOf)));
      return target ? columnsOf(target).map((column) => column.name) : [];
    }
    case 'unknown-function':
      return [...describedFunctions().keys()];
    default:
      return [];
  }
}

/** The candidate that differs least from a name, in letters or only in their case. */
function closest(name: string, candidates: readonly string[]): string | null {
  const upper = name.toUpperCase();
  const same = candidates.find((candidate) => candidate.toUpperCase() === upper);
  if (same !== undefined) return same === name ? null : same;
  const meant = closestWord(
    upper,
    candidates.map((candidate) => candidate.toUpperCase()),
  );
  return candidates.find((candidate) => candidate.toUpperCase() === meant) ?? null;
}

function replaceFix({ start, end }: Span, text: string): Fix {
  return { kind: 'replace', text, edits: [{ span: { start, end }, text }] };
}

function isNamed({ kind }: Token): boolean {
  return kind === 'word' || kind === 'quoted-name';
}

/** A window over a plain timestamp of a table without watermark: the table gets one. */
function watermarkFix({ placed, parts, session, homes }: Site): Fix | null {
  const tokens = placedTokens(placed);
  for (const [at, token] of tokens.entries()) {
    const column = tokens[at + 2];
    if (!isWord(token, 'DESCRIPTOR') || !isName(column)) continue;
    const around = openBefore(tokens, at).at(-1) ?? -1;
    const table = tokens.findIndex((each, i) => i > around && i < at && isWord(each, 'TABLE'));
    const name = table < 0 ? null : nameAt(tokens, table + 1);
    const object = name && session.catalog.get(session.catalog.qualify(name.parts.map(nameOf)));
    const fix = object && declareWatermark(object, nameOf(column), parts, homes);
    if (fix) return fix;
  }
  return null;
}
