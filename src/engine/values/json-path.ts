import { isArray, isObject, type JsonNode, JsonNumber, printJson, scalarText } from './json.ts';

/** Jayway's JsonPath, the part that Flink's JSON functions can reach: properties, indexes, slices, wildcards, deep scan and filters. */
type Step =
  | { readonly kind: 'property'; readonly names: readonly string[] }
  | { readonly kind: 'index'; readonly indexes: readonly number[] }
  | { readonly kind: 'slice'; readonly from: number | null; readonly to: number | null }
  | { readonly kind: 'wildcard' }
  | { readonly kind: 'scan' }
  | { readonly kind: 'filter'; readonly test: (node: JsonNode, root: JsonNode) => boolean }
  | { readonly kind: 'function'; readonly name: string };

/** A path that is none. */
export class InvalidPath extends Error {}
/** A definite path that leads nowhere, in Jayway's words. */
export class PathNotFound extends Error {}

export interface JsonPath {
  readonly steps: readonly Step[];
  /** Leads to one place at most. */
  readonly isDefinite: boolean;
}

const cache = new Map<string, JsonPath>();

export function parsePath(text: string): JsonPath {
  const known = cache.get(text);
  if (known !== undefined) return known;
  const steps = new PathParser(text.trim()).read();
  const isDefinite = steps.every(
    (step) =>
      (step.kind === 'property' && step.names.length === 1) ||
      (step.kind === 'index' && step.indexes.length === 1) ||
      step.kind === 'function',
  );
  const path = { steps, isDefinite };
  if (cache.size > 500) cache.clear();
  cache.set(text, path);
  return path;
}

class PathParser {
  readonly #text: string;
  #at = 0;
  constructor(text: string) {
    this.#text = text;
  }

  read(): readonly Step[] {
    const steps: Step[] = [];
    // A path may leave out the dollar sign.
    if (this.#text.startsWith('$') || this.#text.startsWith('@')) this.#at = 1;
    else this.#readName(steps);
    while (this.#at < this.#text.length) {
      if (this.#text.startsWith('..', this.#at)) {
        this.#at += 2;
        steps.push({ kind: 'scan' });
        if (this.#text.charAt(this.#at) !== '[') this.#readName(steps);
      } else if (this.#text.charAt(this.#at) === '.') {
        this.#at++;
        if (this.#text.charAt(this.#at) !== '[') this.#readName(steps);
      } else if (this.#text.charAt(this.#at) === '[') this.#readBracket(steps);
      else throw new InvalidPath(this.#text);
    }
    return steps;
  }

  #readName(steps: Step[]): void {
    if (this.#text.charAt(this.#at) === '*') {
      this.#at++;
      steps.push({ kind: 'wildcard' });
      return;
    }
    const name = /^[^.[\]() ]+/.exec(this.#text.slice(this.#at))?.[0];
    if (name === undefined) throw new InvalidPath(this.#text);
    this.#at += name.length;
    if (this.#text.startsWith('()', this.#at)) {
      this.#at += 2;
      steps.push({ kind: 'function', name });
    } else steps.push({ kind: 'property', names: [name] });
  }

  #readBracket(steps: Step[]): void {
    const rest = this.#text.slice(this.#at);
    const take = (match: RegExpExecArray): void => {
      this.#at += match[0].length;
    };
    const wildcard = /^\[\s*\*\s*\]/.exec(rest);
    if (wildcard) {
      take(wildcard);
      steps.push({ kind: 'wildcard' });
      return;
    }
    const names =
      /^\[\s*((?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")(?:\s*,\s*(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"))*)\s*\]/.exec(
        rest,
      );
    if (names?.[1] !== undefined) {
      take(names);
      const quoted = names[1].match(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g) ?? [];
      steps.push({
        kind: 'property',
        names: quoted.map((name) => name.slice(1, -1).replace(/\\(.)/g, '$1')),
      });
      return;
    }
    const slice = /^\[\s*(-?\d+)?\s*:\s*(-?\d+)?\s*\]/.exec(rest);
    if (slice) {
      take(slice);
      steps.push({
        kind: 'slice',
        from: slice[1] === undefined ? null : Number(slice[1]),
        to: slice[2] === undefined ? null : Number(slice[2]),
      });
      return;
    }
    const indexes = /^\[\s*(-?\d+(?:\s*,\s*-?\d+)*)\s*\]/.exec(rest);
    if (indexes?.[1] !== undefined) {
      take(indexes);
      steps.push({ kind: 'index', indexes: indexes[1].split(',').map(Number) });
      return;
    }
    const filter = /^\[\s*\?\s*\(/.exec(rest);
    if (filter) {
      const end = closingParenthesis(rest, filter[0].length - 1);
      const close = /^\s*\]/.exec(rest.slice(end + 1));
      if (end < 0 || close === null) throw new InvalidPath(this.#text);
      steps.push({ kind: 'filter', test: parseFilter(rest.slice(filter[0].length, end)) });
      this.#at += end + 1 + close[0].length;
      return;
    }
    throw new InvalidPath(this.#text);
  }
}

function closingParenthesis(text: string, open: number): number {
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    if (text.charAt(i) === "'") i = Math.max(i, text.indexOf("'", i + 1));
    if (text.charAt(i) === '(') depth++;
    if (text.charAt(i) === ')' && --depth === 0) return i;
  }
  return -1;
}

type Test = (node: JsonNode, root: JsonNode) => boolean;

function parseFilter(text: string): Test {
  const either = splitOutside(text, '||');
  if (either.length > 1) {
    const tests = either.map(parseFilter);
    return (node, root) => tests.some((test) => test(node, root));
  }
  const both = splitOutside(text, '&&');
  if (both.length > 1) {
    const tests = both.map(parseFilter);
    return (node, root) => tests.every((test) => test(node, root));
  }
  const trimmed = text.trim();
  if (trimmed.startsWith('!')) {
    const test = parseFilter(trimmed.slice(1));
    return (node, root) => !test(node, root);
  }
  if (trimmed.startsWith('(') && closingParenthesis(trimmed, 0) === trimmed.length - 1)
    return parseFilter(trimmed.slice(1, -1));
  const comparison = /^(.*?)\s*(==|!=|<=|>=|=~|<|>)\s*(.*)$/s.exec(trimmed);
  if (comparison === null) {
    const exists = operand(trimmed);
    return (node, root) => exists(node, root) !== undefined;
  }
  const [, leftText = '', sign = '', rightText = ''] = comparison;
  const left = operand(leftText);
  if (sign === '=~') {
    const regex = /^\/(.*)\/(\w*)$/.exec(rightText.trim());
    if (regex === null) throw new InvalidPath(text);
    const pattern = new RegExp(`^(?:${regex[1]})$`, (regex[2] ?? '').includes('i') ? 'i' : '');
    return (node, root) => {
      const value = left(node, root);
      return value !== undefined && pattern.test(scalarText(value));
    };
  }
  const right = operand(rightText);
  return (node, root) => compareNodes(left(node, root), right(node, root), sign);
}
function splitOutside(text: string, sign: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const character = text.charAt(i);
    if (character === "'") i = Math.max(i, text.indexOf("'", i + 1));
    else if (character === '(') depth++;
    else if (character === ')') depth--;
    else if (depth === 0 && text.startsWith(sign, i)) {
      parts.push(text.slice(start, i));
      start = i + sign.length;
    }
  }
  return [...parts, text.slice(start)];
}
function operand(text: string): (node: JsonNode, root: JsonNode) => JsonNode | undefined {
  const trimmed = text.trim();
  if (trimmed.startsWith('@') || trimmed.startsWith('$')) {
    const path = parsePath(trimmed);
    return (node, root) => {
      const found = evaluate(path, trimmed.startsWith('@') ? node : root, root, true);
      return path.isDefinite ? found[0] : found;
    };
  }
  if (/^'.*'$|^".*"$/s.test(trimmed)) return () => trimmed.slice(1, -1);
  if (trimmed === 'true' || trimmed === 'false') return () => trimmed === 'true';
  if (trimmed === 'null') return () => null;
  if (/^-?\d+(?:\.\d+)?$/.test(trimmed)) return () => new JsonNumber(trimmed);
  throw new InvalidPath(text);
}
function compareNodes(a: JsonNode | undefined, b: JsonNode | undefined, sign: string): boolean {
  if (a === undefined || b === undefined) return sign === '!=' && a !== b;
  const isNumber = a instanceof JsonNumber && b instanceof JsonNumber;
  if (sign === '==' || sign === '!=') {
    const equal = isNumber ? Number(a.text) === Number(b.text) : printJson(a) === printJson(b);
    return equal === (sign === '==');
  }
  const [x, y] = isNumber ? [Number(a.text), Number(b.text)] : [a, b];
  if (typeof x !== typeof y || (typeof x !== 'number' && typeof x !== 'string')) return false;
  const [p, q] = [x as number, y as number];
  return sign === '<' ? p < q : sign === '<=' ? p <= q : sign === '>' ? p > q : p >= q;
}

/** All nodes a path leads to. `lenient` (SUPPRESS_EXCEPTIONS) finds nothing where it otherwise throws `PathNotFound`. */
export function evaluate(
  path: JsonPath,
  start: JsonNode,
  root: JsonNode,
  lenient: boolean,
): readonly JsonNode[] {
  const found: JsonNode[] = [];
  try {
    walk(path.steps, 0, start, root, '$', true, found);
  } catch (error) {
    if (lenient && error instanceof PathNotFound) return [];
    throw error;
  }
  return found;
}

/** What `ctx.read(path)` gives: the one node of a definite path, a list of an indefinite one; throws `PathNotFound`. */
export function readPath(path: JsonPath, document: JsonNode, lenient: boolean): JsonNode {
  const found = evaluate(path, document, document, lenient);
  if (!path.isDefinite) return found;
  const [first] = found;
  if (first === undefined) {
    if (lenient) return null;
    throw new PathNotFound(`No results for path: ${printPath(path)}`);
  }
  return first;
}

function printPath({ steps }: JsonPath): string {
  return `$${steps.map((step) => (step.kind === 'property' ? `[${step.names.map((name) => `'${name}'`).join(',')}]` : step.kind === 'index' ? `[${step.indexes.join(',')}]` : step.kind === 'function' ? `.${step.name}()` : '[*]')).join('')}`;
}

function walk(
  steps: readonly Step[],
  index: number,
  node: JsonNode,
  root: JsonNode,
  at: string,
  isDefinite: boolean,
  found: JsonNode[],
): void {
  const step = steps[index];
  if (step === undefined) {
    found.push(node);
    return;
  }
  const isLeaf = index === steps.length - 1;
  const go = (next: JsonNode, where: string, definite: boolean): void =>
    walk(steps, index + 1, next, root, where, definite, found);
  switch (step.kind) {
    case 'property': {
      if (!isObject(node)) {
        if (!isDefinite) return;
        throw new PathNotFound(
          `Expected to find an object with property ['${step.names[0]}'] in path ${at} but found '${javaName(node)}'. This is not a json object according to the JsonProvider: 'org.apache.flink.shaded.com.jayway.jsonpath.spi.json.JacksonJsonProvider'.`,
        );
      }
      if (step.names.length > 1) {
        found.push(
          new Map(
            step.names.flatMap((name) => (node.has(name) ? [[name, node.get(name) ?? null] as const] : [])),
          ),
        );
        return;
      }
      const [name = ''] = step.names;
      const value = node.get(name);
      const where = `${at}['${name}']`;
      if (value !== undefined) go(value, where, isDefinite);
      else if (!isLeaf && isDefinite) throw new PathNotFound(`Missing property in path ${where}`);
      return;
    }
    case 'index':
    case 'slice': {
      if (!isArray(node)) {
        if (!isDefinite) return;
        throw new PathNotFound(
          node === null
            ? `The path ${at} is null`
            : `Filter: ${step.kind === 'index' ? `[${step.indexes.join(',')}]` : '[:]'} can only be applied to arrays. Current context is: ${printJson(node)}`,
        );
      }
      const places =
        step.kind === 'index'
          ? step.indexes.map((i) => (i < 0 ? node.length + i : i))
          : slicePlaces(node.length, step.from, step.to);
      for (const place of places) {
        const item = node[place];
        if (item !== undefined)
          go(item, `${at}[${place}]`, isDefinite && step.kind === 'index' && step.indexes.length === 1);
      }
      return;
    }
    case 'wildcard':
      for (const [key, item] of entriesOf(node)) go(item, `${at}[${key}]`, false);
      return;
    case 'filter':
      for (const item of isArray(node) ? node : [node]) if (step.test(item, root)) go(item, at, false);
      return;
    case 'scan': {
      const visit = (one: JsonNode): void => {
        if (!isArray(one) && !isObject(one)) return;
        go(one, at, false);
        for (const [, item] of entriesOf(one)) visit(item);
      };
      visit(node);
      return;
    }
    case 'function':
      found.push(applyFunction(step.name, node));
  }
}

function entriesOf(node: JsonNode): readonly (readonly [string | number, JsonNode])[] {
  if (isArray(node)) return node.map((item, i) => [i, item] as const);
  return isObject(node) ? [...node] : [];
}
function slicePlaces(length: number, from: number | null, to: number | null): readonly number[] {
  const bound = (x: number): number => Math.max(0, Math.min(length, x < 0 ? length + x : x));
  const start = bound(from ?? 0);
  return Array.from({ length: Math.max(0, bound(to ?? length) - start) }, (_, i) => start + i);
}
const javaName = (node: JsonNode): string =>
  node === null
    ? 'null'
    : typeof node === 'string'
      ? 'java.lang.String'
      : node instanceof JsonNumber
        ? 'java.lang.Integer'
        : typeof node === 'boolean'
          ? 'java.lang.Boolean'
          : 'java.util.ArrayList';

function applyFunction(name: string, node: JsonNode): JsonNode {
  const numbers = isArray(node)
    ? node.flatMap((item) => (item instanceof JsonNumber ? [Number(item.text)] : []))
    : [];
  const asNode = (x: number): JsonNode => new JsonNumber(Number.isInteger(x) ? `${x}.0` : String(x));
  switch (name) {
    case 'length':
    case 'size':
      return isArray(node)
        ? new JsonNumber(String(node.length))
        : isObject(node)
          ? new JsonNumber(String(node.size))
          : null;
    case 'min':
      return asNode(Math.min(...numbers));
    case 'max':
      return asNode(Math.max(...numbers));
    case 'sum':
      return asNode(numbers.reduce((a, b) => a + b, 0));
    case 'avg':
      return asNode(numbers.reduce((a, b) => a + b, 0) / numbers.length);
    default:
      throw new InvalidPath(name);
  }
}
