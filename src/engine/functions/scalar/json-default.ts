import type { LogicalType, Value } from '../../types/logical-type.ts';
import { printDecimal } from '../../values/decimal.ts';
import type { Int64 } from '../../values/int64.ts';
import { printDouble, printFloat } from '../../values/java-number.ts';
import { RunError } from '../../values/run-error.ts';
import { isoTimestamp } from '../../values/time.ts';

const LANG = 'java.lang.';
const DATA = 'org.apache.flink.table.data.';
const STRING_CLASS = `${DATA}binary.BinaryStringData`;
/** The class in Java of what holds a value of a type. */
const CLASSES: Partial<Readonly<Record<LogicalType['root'], string>>> = {
  BOOLEAN: `${LANG}Boolean`,
  TINYINT: `${LANG}Byte`,
  SMALLINT: `${LANG}Short`,
  INTEGER: `${LANG}Integer`,
  DATE: `${LANG}Integer`,
  TIME: `${LANG}Integer`,
  INTERVAL_MONTH: `${LANG}Integer`,
  BIGINT: `${LANG}Long`,
  INTERVAL_DAY: `${LANG}Long`,
  FLOAT: `${LANG}Float`,
  DOUBLE: `${LANG}Double`,
  DECIMAL: `${DATA}DecimalData`,
  CHAR: STRING_CLASS,
  VARCHAR: STRING_CLASS,
  TIMESTAMP: `${DATA}TimestampData`,
  TIMESTAMP_LTZ: `${DATA}TimestampData`,
};

/** What DEFAULT of JSON_VALUE comes to: Flink casts the Java object that holds it, which must be of the very class that JSON itself would give; a text is made of any. */
export function jsonDefault(from: LogicalType, result: LogicalType): (value: Value) => Value {
  if (result.root === 'VARCHAR') return javaText(from);
  const wanted = result.root === 'DOUBLE' ? 'java.math.BigDecimal' : CLASSES[result.root];
  const given = CLASSES[from.root];
  if (given === wanted || given === undefined) return (value) => value;
  const home = "in module java.base of loader 'bootstrap'";
  const modules = given.startsWith(LANG)
    ? `${given} and ${wanted} are ${home}`
    : `${given} is in unnamed module of loader 'app'; ${wanted} is ${home}`;
  const words = `ClassCastException: class ${given} cannot be cast to class ${wanted} (${modules})`;
  return (value) => {
    if (value === null) return null;
    throw new RunError(words);
  };
}

/** `toString` of what holds a value in Java. */
function javaText(type: LogicalType): (value: Value) => Value {
  const print = (write: (value: never) => string) => (value: Value) =>
    value === null ? null : write(value as never);
  switch (type.root) {
    case 'FLOAT':
      return print(printFloat);
    case 'DOUBLE':
      return print(printDouble);
    case 'DECIMAL':
      return print((value: Int64) => printDecimal(value, type.scale));
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return print((value: Int64) => isoTimestamp(value, type.precision));
    default:
      return print(String);
  }
}
