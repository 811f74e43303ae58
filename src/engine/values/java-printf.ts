import { formatModern } from './java-format.ts';
import { printDouble, printFloat } from './java-number.ts';

/** What `java.util.Formatter` may be given: Java's classes matter, since `%d` refuses a Double. */
export type FormatArgument =
  | { readonly kind: 'null' }
  | { readonly kind: 'integer'; readonly value: bigint; readonly bits: number }
  | { readonly kind: 'floating'; readonly value: number; readonly isSingle: boolean }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'other'; readonly text: string };

const SPECIFIER = /%(?:(\d+)\$|(<))?([-#+ 0,(]*)(\d+)?(?:\.(\d+))?([tT][a-zA-Z]|[a-zA-Z%])/y;

/** Whether Java has a character of this number. */
const isCodePoint = (value: bigint): boolean => value >= 0n && value <= 0x10ffffn;

/** `String.format(Locale.US, format, args)`; null where Java throws. `hashOf` gives the hash code of an argument that has one. */
export function javaFormat(
  format: string,
  args: readonly FormatArgument[],
  hashOf: (index: number) => number | null,
): string | null {
  let result = '';
  let at = 0;
  let ordinary = 0;
  let last = -1;
  while (at < format.length) {
    const percent = format.indexOf('%', at);
    if (percent < 0) return result + format.slice(at);
    result += format.slice(at, percent);
    SPECIFIER.lastIndex = percent;
    const match = SPECIFIER.exec(format);
    if (match === null) return null;
    at = SPECIFIER.lastIndex;
    const [, position, again, flags = '', widthText, precisionText, conversion = ''] = match;
    const width = widthText === undefined ? 0 : Number(widthText);
    const precision = precisionText === undefined ? null : Number(precisionText);
    if (conversion === 'n') {
      result += '\n';
      continue;
    }
    if (conversion === '%') {
      result += fill('%', width, flags);
      continue;
    }
    const index = position !== undefined ? Number(position) - 1 : again !== undefined ? last : ordinary++;
    last = index;
    const argument = args[index];
    if (argument === undefined) return null;
    const text =
      conversion.toLowerCase() === 'h' && argument.kind !== 'null'
        ? hashText(hashOf(index), conversion, flags, width, precision)
        : convert(argument, conversion, flags, width, precision);
    if (text === null) return null;
    result += text;
  }
  return result;
}

/** A hash code in hexadecimal digits. */
function hashText(
  code: number | null,
  conversion: string,
  flags: string,
  width: number,
  precision: number | null,
): string | null {
  if (code === null) return null;
  const text = fill(cut((code >>> 0).toString(16), precision), width, flags);
  return conversion === 'H' ? text.toUpperCase() : text;
}

/** `%tY` and its like of a number of milliseconds, as patterns of `DateTimeFormatter`. */
const DATE_PARTS: Readonly<Record<string, string>> = {
  Y: 'yyyy',
  y: 'yy',
  m: 'MM',
  d: 'dd',
  e: 'd',
  j: 'DDD',
  B: 'MMMM',
  b: 'MMM',
  h: 'MMM',
  A: 'EEEE',
  a: 'EEE',
  H: 'HH',
  I: 'hh',
  k: 'H',
  l: 'h',
  M: 'mm',
  S: 'ss',
  L: 'SSS',
  F: 'yyyy-MM-dd',
  D: 'MM/dd/yy',
  T: 'HH:mm:ss',
  R: 'HH:mm',
};

/** A part of a date; null where there is none. */
function datePart(argument: FormatArgument, part: string): string | null {
  if (argument.kind === 'null') return 'null';
  const pattern = DATE_PARTS[part];
  if (pattern === undefined || argument.kind !== 'integer' || argument.bits !== 64) return null;
  return formatModern(Number(argument.value), 0, pattern);
}

function fill(text: string, width: number, flags: string): string {
  return flags.includes('-') ? text.padEnd(width) : text.padStart(width);
}
const cut = (text: string, precision: number | null): string =>
  precision === null ? text : text.slice(0, precision);

function convert(
  argument: FormatArgument,
  conversion: string,
  flags: string,
  width: number,
  precision: number | null,
): string | null {
  const lower = conversion.toLowerCase();
  const raise = (text: string): string => (conversion === lower ? text : text.toUpperCase());
  switch (lower) {
    case 's':
      return raise(fill(cut(plainText(argument), precision), width, flags));
    case 'b':
      return raise(
        fill(
          cut(
            argument.kind === 'null'
              ? 'false'
              : argument.kind === 'boolean'
                ? String(argument.value)
                : 'true',
            precision,
          ),
          width,
          flags,
        ),
      );
    case 'h':
      return raise(fill(cut('null', precision), width, flags));
    default:
  }
  if (lower.length === 2) {
    const part = precision === null ? datePart(argument, conversion.charAt(1)) : null;
    if (part === null) return null;
    return fill(conversion.startsWith('T') ? part.toUpperCase() : part, width, flags);
  }
  if (argument.kind === 'null')
    return 'dxoefgac'.includes(lower)
      ? raise(fill(cut('null', 'efga'.includes(lower) ? precision : null), width, flags))
      : null;
  switch (lower) {
    case 'd':
      return argument.kind === 'integer' && conversion === 'd' && precision === null
        ? signed(argument.value.toString(), flags, width)
        : null;
    case 'x':
    case 'o':
      return argument.kind === 'integer' && precision === null
        ? raise(
            zeroFill(
              `${flags.includes('#') ? (lower === 'x' ? '0x' : '0') : ''}${BigInt.asUintN(argument.bits, argument.value).toString(lower === 'x' ? 16 : 8)}`,
              flags,
              width,
            ),
          )
        : null;
    case 'c':
      return argument.kind === 'integer' && argument.bits <= 32 && isCodePoint(argument.value)
        ? raise(fill(String.fromCodePoint(Number(argument.value)), width, flags))
        : null;
    case 'f':
      return argument.kind === 'floating' && conversion === 'f'
        ? floating(argument.value, (x) => fixed(x, precision ?? 6), flags, width)
        : null;
    case 'e':
      return argument.kind === 'floating'
        ? raise(floating(argument.value, (x) => scientific(x, precision ?? 6), flags, width))
        : null;
    case 'g':
      return argument.kind === 'floating'
        ? raise(floating(argument.value, (x) => general(x, precision ?? 6), flags, width))
        : null;
    default:
      return null;
  }
}

function plainText(argument: FormatArgument): string {
  switch (argument.kind) {
    case 'null':
      return 'null';
    case 'integer':
      return argument.value.toString();
    case 'floating':
      return argument.isSingle ? printFloat(argument.value) : printDouble(argument.value);
    case 'boolean':
      return String(argument.value);
    default:
      return argument.text;
  }
}

const zeroFill = (text: string, flags: string, width: number): string =>
  flags.includes('0') ? text.padStart(width, '0') : fill(text, width, flags);

/** Sign, grouping, brackets and zeros around decimal digits. */
function signed(text: string, flags: string, width: number): string {
  const isNegative = text.startsWith('-');
  let digits = isNegative ? text.slice(1) : text;
  if (flags.includes(',')) {
    const [whole = '', fraction] = digits.split('.');
    digits = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',') + (fraction === undefined ? '' : `.${fraction}`);
  }
  const before = isNegative
    ? flags.includes('(')
      ? '('
      : '-'
    : flags.includes('+')
      ? '+'
      : flags.includes(' ')
        ? ' '
        : '';
  const after = isNegative && flags.includes('(') ? ')' : '';
  if (flags.includes('0')) digits = digits.padStart(width - before.length - after.length, '0');
  return fill(before + digits + after, width, flags);
}
function floating(value: number, print: (x: number) => string, flags: string, width: number): string {
  if (!Number.isFinite(value))
    return fill(
      Number.isNaN(value)
        ? 'NaN'
        : value > 0
          ? flags.includes('+')
            ? '+Infinity'
            : 'Infinity'
          : '-Infinity',
      width,
      flags,
    );
  const isNegative = value < 0 || Object.is(value, -0);
  return signed(`${isNegative ? '-' : ''}${print(Math.abs(value))}`, flags, width);
}

/** HALF_UP on the decimal text of the double, as Java rounds. */
function fixed(value: number, digits: number): string {
  const match = /^(\d+)\.(\d+)(?:E(-?\d+))?$/.exec(printDouble(value));
  if (match === null) return value.toFixed(digits);
  const [, whole = '', fraction = '', exponent = '0'] = match;
  const scale = fraction.length - Number(exponent);
  const unscaled = BigInt(whole + fraction);
  const scaled =
    scale <= digits
      ? unscaled * 10n ** BigInt(digits - scale)
      : (unscaled + 5n * 10n ** BigInt(scale - digits - 1)) / 10n ** BigInt(scale - digits);
  const text = scaled.toString().padStart(digits + 1, '0');
  return digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
}
function scientific(value: number, digits: number): string {
  const [mantissa = '0', exponent = '0'] = value.toExponential(digits).split('e');
  const size = Math.abs(Number(exponent)).toString().padStart(2, '0');
  return `${mantissa}e${Number(exponent) < 0 ? '-' : '+'}${size}`;
}
function general(value: number, digits: number): string {
  const significant = digits === 0 ? 1 : digits;
  if (value !== 0 && (value < 1e-4 || value >= 10 ** significant)) return scientific(value, significant - 1);
  const exponent = value === 0 ? 0 : Math.floor(Math.log10(value));
  return fixed(value, Math.max(0, significant - 1 - exponent));
}
