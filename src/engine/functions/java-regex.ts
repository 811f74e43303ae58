/**
 * Java's regular expressions by JavaScript's: the common syntax is the same; the differences that people meet are translated.
 */
const cache = new Map<string, RegExp | null>();
const CACHE_LIMIT = 500;

/** A global expression for a Java pattern, or null for a pattern that Java refuses. `lastIndex` is for the caller to set. */
export function javaRegex(pattern: string): RegExp | null {
  let regex = cache.get(pattern);
  if (regex === undefined) {
    regex = compile(pattern);
    if (cache.size >= CACHE_LIMIT) cache.clear();
    cache.set(pattern, regex);
  }
  return regex;
}

function compile(pattern: string): RegExp | null {
  try {
    return new RegExp(...translate(pattern));
  } catch {
    return null;
  }
}

const POSIX: Readonly<Record<string, string>> = {
  Lower: 'a-z',
  Upper: 'A-Z',
  ASCII: '\\x00-\\x7f',
  Alpha: 'a-zA-Z',
  Digit: '0-9',
  Alnum: 'a-zA-Z0-9',
  Punct: '!-\\/:-@\\[-`{-~',
  Graph: '!-~',
  Print: ' -~',
  Blank: ' \\t',
  Cntrl: '\\x00-\\x1f\\x7f',
  XDigit: '0-9a-fA-F',
  Space: ' \\t\\n\\x0b\\f\\r',
};
const JAVA_CLASSES: Readonly<Record<string, string>> = {
  IsAlphabetic: 'Alphabetic',
  IsLetter: 'L',
  IsDigit: 'Nd',
  IsLowercase: 'Lowercase',
  IsUppercase: 'Uppercase',
  javaLowerCase: 'Lowercase',
  javaUpperCase: 'Uppercase',
  L: 'L',
  Lu: 'Lu',
  Ll: 'Ll',
  N: 'N',
  Nd: 'Nd',
  P: 'P',
  S: 'S',
  Z: 'Z',
};

/** Source and flags for JavaScript: inline flags at the start, quoting, possessive quantifiers, named classes, nested sets. */
function translate(pattern: string): [source: string, flags: string] {
  let flags = 'gu';
  let source = '';
  let at = 0;
  const flagMatch = /^\(\?([a-zA-Z]+)\)/.exec(pattern);
  if (flagMatch?.[1] !== undefined) {
    for (const flag of flagMatch[1])
      if ((flag === 'i' || flag === 's' || flag === 'm') && !flags.includes(flag)) flags += flag;
    at = flagMatch[0].length;
  }
  const quoteText = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  let inClass = 0;
  while (at < pattern.length) {
    const character = String.fromCodePoint(pattern.codePointAt(at) ?? 0);
    if (character === '\\') {
      const next = pattern[at + 1];
      if (next === undefined) throw new SyntaxError('trailing backslash');
      if (next === 'Q') {
        const end = pattern.indexOf('\\E', at + 2);
        source += quoteText(pattern.slice(at + 2, end < 0 ? undefined : end));
        at = end < 0 ? pattern.length : end + 2;
        continue;
      }
      if (next === 'p' || next === 'P') {
        const match = /^\{(\w+)\}|^(\w)/.exec(pattern.slice(at + 2));
        const name = match?.[1] ?? match?.[2] ?? '';
        const posix = POSIX[name];
        if (posix !== undefined)
          source += inClass > 0 ? (next === 'p' ? posix : '') : `[${next === 'P' ? '^' : ''}${posix}]`;
        else source += `\\${next}{${JAVA_CLASSES[name] ?? name}}`;
        at += 2 + (match?.[0].length ?? 0);
        continue;
      }
      source += translateEscape(next, pattern, at, inClass > 0);
      at += escapeLength(next, pattern, at);
      continue;
    }
    if (inClass > 0) {
      if (character === '[') {
        inClass++;
        // A nested set is part of the outer one.
        source += pattern[at + 1] === '^' ? '\\[' : '';
        at++;
        continue;
      }
      if (character === ']') {
        inClass--;
        if (inClass === 0) source += ']';
        at++;
        continue;
      }
      source += character === '&' && pattern[at + 1] === '&' ? '\\&' : character;
      at += character.length;
      continue;
    }
    if (character === '[') {
      inClass = 1;
      source += '[';
      at++;
      if (pattern[at] === '^') {
        source += '^';
        at++;
      }
      if (pattern[at] === ']') {
        source += '\\]';
        at++;
      }
      continue;
    }
    if (
      (character === '+' || character === '?' || character === '*') &&
      /[+*?}]$/.test(source) &&
      character === '+' &&
      !source.endsWith('\\+')
    ) {
      // Possessive quantifiers: taken as greedy ones.
      at++;
      continue;
    }
    if (character === '{' && !/^\{\d+(?:,\d*)?\}/.test(pattern.slice(at)))
      throw new SyntaxError('Illegal repetition');
    source +=
      character === '}' && !/\{\d+(?:,\d*)?$/.test(source) ? '\\}' : character === ']' ? '\\]' : character;
    at += character.length;
  }
  if (inClass > 0) throw new SyntaxError('Unclosed character class');
  return [source, flags];
}

const escapeLength = (next: string, pattern: string, at: number): number => {
  if (next === 'x') return 2 + (/^\{[0-9a-fA-F]+\}/.exec(pattern.slice(at + 2))?.[0].length ?? 2);
  if (next === 'u') return 6;
  return 1 + String.fromCodePoint(pattern.codePointAt(at + 1) ?? 0).length;
};

function translateEscape(next: string, pattern: string, at: number, inClass: boolean): string {
  switch (next) {
    case 'd':
    case 'D':
    case 's':
    case 'S':
    case 'w':
    case 'W':
      // In Java these are ASCII only; JavaScript's \s is wider.
      if (next === 's') return inClass ? ' \\t\\n\\x0b\\f\\r' : '[ \\t\\n\\x0b\\f\\r]';
      if (next === 'S' && !inClass) return '[^ \\t\\n\\x0b\\f\\r]';
      return `\\${next}`;
    case 'h':
      return inClass ? ' \\t\\xa0' : '[ \\t\\xa0]';
    case 'R':
      return '(?:\\r\\n|[\\n\\x0b\\f\\r\\x85\\u2028\\u2029])';
    case 'A':
      return '(?<![\\s\\S])';
    case 'z':
      return '(?![\\s\\S])';
    case 'Z':
      return '(?=\\n?(?![\\s\\S]))';
    case 'a':
      return '\\x07';
    case 'e':
      return '\\x1b';
    case 'x':
    case 'u': {
      const braces = /^\{([0-9a-fA-F]+)\}/.exec(pattern.slice(at + 2));
      if (braces !== null) return `\\u{${braces[1]}}`;
      const digits = pattern.slice(at + 2, at + (next === 'x' ? 4 : 6));
      return `\\u{${digits}}`;
    }
    case 'b':
    case 'B':
    case 't':
    case 'n':
    case 'r':
    case 'f':
    case 'v':
    case 'k':
      return `\\${next}`;
    default: {
      const character = String.fromCodePoint(pattern.codePointAt(at + 1) ?? 0);
      if (/[1-9]/.test(character)) return `\\${character}`;
      if (/[a-zA-Z0]/.test(character)) throw new SyntaxError('Illegal/unsupported escape sequence');
      return /[\\^$.*+?()[\]{}|/-]/.test(character)
        ? character === '-' && !inClass
          ? '-'
          : `\\${character}`
        : character;
    }
  }
}
