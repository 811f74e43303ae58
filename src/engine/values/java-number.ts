/** Java 17's `Double.toString`: at least one digit after the point, `E` from 1.0E7 and below 1.0E-3; digits are the shortest that read back. */
export function printDouble(x: number): string {
  return printFloating(x, x.toExponential());
}

/** Java's `Float.toString` of a value already rounded to 32 bits. */
export function printFloat(x: number): string {
  if (!Number.isFinite(x) || x === 0) return printFloating(x, '0e0');
  for (let digits = 0; digits < 9; digits++) {
    const text = x.toExponential(digits);
    if (Math.fround(Number(text)) === x) return printFloating(x, text);
  }
  return printFloating(x, x.toExponential());
}

function printFloating(x: number, exponential: string): string {
  if (Number.isNaN(x)) return 'NaN';
  if (!Number.isFinite(x)) return x > 0 ? 'Infinity' : '-Infinity';
  if (x === 0) return Object.is(x, -0) ? '-0.0' : '0.0';
  const sign = x < 0 ? '-' : '';
  const [mantissa = '', exponentText = '0'] = exponential.slice(sign.length).split('e');
  const digits = mantissa.replace('.', '').replace(/0+$/, '') || '0';
  const exponent = Number(exponentText);
  if (exponent >= 7 || exponent < -3) return `${sign}${digits[0]}.${digits.slice(1) || '0'}E${exponent}`;
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  return `${sign}${whole}.${digits.slice(exponent + 1) || '0'}`;
}

const FLOATING_PATTERN = /^[+-]?(?:NaN|Infinity|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[fFdD]?)$/;

/** Java's `Double.parseDouble` (without hexadecimal); null where it throws. Blanks around are fine. */
export function parseDouble(text: string): number | null {
  const trimmed = text.replace(/^[\0- ]+|[\0- ]+$/g, '');
  if (!FLOATING_PATTERN.test(trimmed)) return null;
  if (trimmed.endsWith('NaN')) return Number.NaN;
  return Number(/^[+-]?Infinity$/.test(trimmed) ? trimmed : trimmed.replace(/[fFdD]$/, ''));
}
