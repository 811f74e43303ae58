/** JSON documents as Jackson reads and writes them for Flink: numbers keep their text, objects are written with their keys in order. */

export class JsonNumber {
  /** As BigDecimal or BigInteger prints it. */
  readonly text: string;
  readonly isInteger: boolean;
  constructor(text: string) {
    this.isInteger = /^-?\d+$/.test(text);
    this.text = this.isInteger ? text.replace(/^-0$/, '0') : bigDecimalText(text);
  }
}
export type JsonNode = null | boolean | string | JsonNumber | readonly JsonNode[] | JsonObject;
export type JsonObject = ReadonlyMap<string, JsonNode>;

/** Java's `new BigDecimal(text).toString()`. */
export function bigDecimalText(text: string): string {
  const match = /^(-?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (match === null) return text;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  const digits = (whole + fraction).replace(/^0+(?=.)/, '');
  const scale = fraction.length - Number(exponent);
  const adjusted = digits.length - 1 - scale;
  const minus = /^0*$/.test(digits) ? '' : sign;
  if (scale >= 0 && adjusted >= -6) {
    if (scale === 0) return minus + digits;
    const padded = digits.padStart(scale + 1, '0');
    return `${minus}${padded.slice(0, -scale)}.${padded.slice(-scale)}`;
  }
  const mantissa = digits.length > 1 ? `${digits.slice(0, 1)}.${digits.slice(1)}` : digits;
  return `${minus}${mantissa}E${adjusted >= 0 ? '+' : ''}${adjusted}`;
}

export interface ParseOptions {
  /** Refuse an object that has a key twice; otherwise the later one wins. */
  readonly refuseDuplicates?: boolean;
}
export class JsonSyntaxError extends Error {}

/** Reads one document; what stands behind it is ignored where Jackson sees that the value ends, as by its `readValue`. */
export function parseJsonText(text: string, options: ParseOptions = {}): JsonNode {
  const parser = new Parser(text, options);
  return parser.document();
}

class Parser {
  readonly #text: string;
  readonly #options: ParseOptions;
  #at = 0;

  constructor(text: string, options: ParseOptions) {
    this.#text = text;
    this.#options = options;
  }

  document(): JsonNode {
    const value = this.#value();
    const next = this.#text.charAt(this.#at);
    if (value instanceof JsonNumber && next !== '' && !/\s/.test(next)) this.#fail();
    return value;
  }

  #fail(): never {
    throw new JsonSyntaxError(`Unexpected character at ${this.#at}`);
  }

  #skipBlanks(): void {
    while (/[ \t\r\n]/.test(this.#text.charAt(this.#at))) this.#at++;
  }

  #value(): JsonNode {
    this.#skipBlanks();
    const character = this.#text.charAt(this.#at);
    if (character === '{') return this.#object();
    if (character === '[') return this.#array();
    if (character === '"') return this.#string();
    for (const [word, value] of [
      ['true', true],
      ['false', false],
      ['null', null],
    ] as const) {
      if (this.#text.startsWith(word, this.#at)) {
        this.#at += word.length;
        if (/^(?!\$)[\p{ID_Continue}]/u.test(this.#text.slice(this.#at))) this.#fail();
        return value;
      }
    }
    const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/.exec(this.#text.slice(this.#at));
    if (number === null) this.#fail();
    this.#at += number[0].length;
    return new JsonNumber(number[0]);
  }

  #object(): JsonObject {
    const object = new Map<string, JsonNode>();
    this.#at++;
    this.#skipBlanks();
    if (this.#text.charAt(this.#at) === '}') {
      this.#at++;
      return object;
    }
    for (;;) {
      this.#skipBlanks();
      if (this.#text.charAt(this.#at) !== '"') this.#fail();
      const key = this.#string();
      this.#skipBlanks();
      if (this.#text.charAt(this.#at++) !== ':') this.#fail();
      const value = this.#value();
      if (object.has(key) && this.#options.refuseDuplicates === true)
        throw new JsonSyntaxError(`duplicate key ${key}`);
      object.set(key, value);
      this.#skipBlanks();
      const next = this.#text.charAt(this.#at++);
      if (next === '}') return object;
      if (next !== ',') this.#fail();
    }
  }

  #array(): readonly JsonNode[] {
    const array: JsonNode[] = [];
    this.#at++;
    this.#skipBlanks();
    if (this.#text.charAt(this.#at) === ']') {
      this.#at++;
      return array;
    }
    for (;;) {
      array.push(this.#value());
      this.#skipBlanks();
      const next = this.#text.charAt(this.#at++);
      if (next === ']') return array;
      if (next !== ',') this.#fail();
    }
  }

  #string(): string {
    // oxlint-disable-next-line no-control-regex -- the control characters are meant
    const match = /^"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/.exec(
      this.#text.slice(this.#at),
    );
    if (match === null) this.#fail();
    this.#at += match[0].length;
    return JSON.parse(match[0]) as string;
  }
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\f': '\\f',
  '\r': '\\r',
};

export function printJsonText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to escape
  // oxlint-disable-next-line no-control-regex -- the control characters are meant
  return `"${text.replace(/["\\\u0000-\u001f]/g, (c) => SHORT_ESCAPES[c] ?? `\\u${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`)}"`;
}

/** Compact text with the keys of objects in order. */
export function printJson(node: JsonNode): string {
  if (node === null || typeof node === 'boolean') return String(node);
  if (typeof node === 'string') return printJsonText(node);
  if (node instanceof JsonNumber) return node.text;
  if (isArray(node)) return `[${node.map(printJson).join(',')}]`;
  const keys = [...node.keys()].toSorted();
  return `{${keys.map((key) => `${printJsonText(key)}:${printJson(node.get(key) ?? null)}`).join(',')}}`;
}

export const isArray = (node: JsonNode): node is readonly JsonNode[] => Array.isArray(node);
export const isObject = (node: JsonNode): node is JsonObject => node instanceof Map;
export const isScalar = (node: JsonNode): boolean => !isArray(node) && !isObject(node);

/** Java's `String.valueOf` of a scalar node. */
export function scalarText(node: JsonNode): string {
  if (node instanceof JsonNumber) return node.text;
  return typeof node === 'string' ? node : printJson(node);
}
