import {
  BIGINT,
  DATE,
  INTEGER,
  isCharacter,
  isInteger,
  isInterval,
  isNumeric,
  isTimestamp,
  type LogicalType,
  notNull,
  STRING,
  TINYINT,
  timestamp,
  timestampLtz,
  time as timeType,
  type Value,
  varchar,
  withNullable,
} from '../../types/logical-type.ts';
import { printType } from '../../types/print-type.ts';
import { decimalToBigInt } from '../../values/decimal.ts';
import { type Int64, MIN_INT64, wrap64 } from '../../values/int64.ts';
import {
  formatModern,
  formatSimple,
  parseModern,
  parseSimple,
  type WallClock,
} from '../../values/java-format.ts';
import { RunError } from '../../values/run-error.ts';
import {
  daysFromCivil,
  MILLIS_PER_DAY,
  timestampFrom,
  timestampMillis,
  timestampNanos,
} from '../../values/time.ts';
import { castTextToDate, castTextToTimestamp } from '../../values/time-text.ts';
import { fromLocal, isKnownZone, toLocal } from '../../values/zone.ts';
import {
  type Argument,
  type EvaluationContext,
  type Misfit,
  neverComputed,
  type ScalarFunction,
} from '../function-definition.ts';
import { INVALID_ARGUMENTS, modernFamily, modernMisfit, WRONG_COUNT } from '../modern.ts';
import {
  argType,
  type Doc,
  type Form,
  inFamily,
  misfit,
  misfitOf,
  printArgument,
  returns,
  returnsNotNull,
  returnsNullable,
  scalarFamily,
  toDoc,
  writeInfix,
  wrongCount,
} from '../signature.ts';
import { extract } from './time-unit.ts';

const time = scalarFamily('time');
const modern = modernFamily('time');

const TEXT: readonly Form[] = [['CHARACTER'], ['CHARACTER', 'CHARACTER']];
const DEFAULT_PATTERN = 'yyyy-MM-dd HH:mm:ss';

// ---------------------------------------------------------------- now

const localDay = (context: EvaluationContext): number =>
  Math.floor(toLocal(context.zone, context.nowMs()) / MILLIS_PER_DAY);
const localMilliOfDay = (context: EvaluationContext): number =>
  toLocal(context.zone, context.nowMs()) - localDay(context) * MILLIS_PER_DAY;

function now(
  name: string,
  aliases: readonly string[],
  type: LogicalType,
  read: (context: EvaluationContext) => Value,
  isDynamic: boolean,
  doc: Doc,
): ScalarFunction {
  return time({
    name,
    aliases,
    forms: [[]],
    returns: returnsNotNull(type),
    isDeterministic: false,
    isDynamic,
    implement: (_types, _result, context) => () => read(context),
    doc,
  });
}

// ---------------------------------------------------------------- fields

const EXTRACTABLE: readonly Form[] = [
  ['SYMBOL', 'DATETIME'],
  ['SYMBOL', 'DATETIME_INTERVAL'],
];

/** Units of a day-time and of a year-month interval. */
const INTERVAL_UNITS: Readonly<Record<string, RegExp>> = {
  INTERVAL_DAY: /^(?:WEEK|DAY|DOW|DOY|ISODOW|HOUR|MINUTE|SECOND|MILLISECOND|MICROSECOND|NANOSECOND|EPOCH)$/,
  INTERVAL_MONTH: /^(?:YEAR|ISOYEAR|QUARTER|MONTH|DECADE|CENTURY|MILLENNIUM)$/,
};
const hasUnit = (unit: string, type: LogicalType): boolean => INTERVAL_UNITS[type.root]?.test(unit) ?? true;

const complainExtract = (unit: string, type: LogicalType): Misfit =>
  misfitOf('EXTRACT', `EXTRACT(<INTERVAL ${unit}> FROM ${printArgument({ type })})`, [
    "'EXTRACT(<DATETIME_INTERVAL> FROM <DATETIME_INTERVAL>)'",
    "'EXTRACT(<DATETIME_INTERVAL> FROM <DATETIME>)'",
  ]);

/** Why the code generator has no code for a unit that the validator let pass (`ExtractCallGen`). */
function refuseExtract(unit: string, type: LogicalType): string | null {
  if (
    type.root === 'TIME' &&
    /^(?:YEAR|QUARTER|MONTH|WEEK|DAY|DO[WY]|ISO\w+|DECADE|CENTURY|MILLENNIUM|EPOCH)$/.test(unit)
  )
    return `ValidationException: unit ${unit} can not be applied to time variable`;
  if (isInterval(type) && /^(?:WEEK|DO[WY]|ISO\w+|DECADE|EPOCH)$/.test(unit))
    return `CodeGenException: Unit '${unit}' is not supported.`;
  if (!isTimestamp(type) && /^(?:MICRO|NANO)SECOND$/.test(unit))
    return `ValidationException: unit ${unit} can not be applied to ${printType(type)} variable`;
  return null;
}

const anyExtract: ScalarFunction = time({
  name: 'EXTRACT',
  takesNullForWrong: true,
  complain: (args) => complainExtract(args[0]?.symbol ?? 'DAY', argType(args, 1)),
  forms: EXTRACTABLE,
  returns: (args) => withNullable(BIGINT, argType(args, 1).nullable),
  implement: ([, type], _result, context, args) => {
    const field = extract(args[0]?.symbol ?? 'DAY', type ?? DATE, context.zone) as (value: Value) => Value;
    return (_unit: string, value: Value) => field(value);
  },
  doc: [
    'EXTRACT(unit FROM time)',
    'One field of a time: YEAR, QUARTER, MONTH, WEEK, DAY, DOY, DOW (Sunday is 1), HOUR, MINUTE, SECOND, EPOCH, …',
    '取时间的某个字段：YEAR、QUARTER、MONTH、WEEK、DAY、DOY、DOW（周日为 1）、HOUR、MINUTE、SECOND、EPOCH 等。',
    ["EXTRACT(YEAR FROM DATE '2024-03-15')", '2024'],
    ["EXTRACT(DOW FROM DATE '2024-03-17')", '1'],
  ],
});

const extractFunction: ScalarFunction = {
  ...anyExtract,
  inferType: (args) => {
    const [unit, type] = [args[0]?.symbol ?? 'DAY', argType(args, 1)];
    return hasUnit(unit, type) ? anyExtract.inferType(args) : complainExtract(unit, type);
  },
  refuse: (args) => refuseExtract(args[0]?.symbol ?? 'DAY', argType(args, 1)),
};

function fieldFunction(
  name: string,
  unit: string,
  en: string,
  zh: string,
  example: string,
  result: string,
): ScalarFunction {
  const any = time({
    name,
    takesNullForWrong: true,
    forms: [['DATETIME'], ['DATETIME_INTERVAL']],
    returns: returns(BIGINT),
    complain: (args) => complainExtract(unit, argType(args, 0)),
    implement: ([type], _result, context) => extract(unit, type ?? DATE, context.zone),
    doc: [`${name}(time)`, en, zh, [example, result]],
  });
  return {
    ...any,
    inferType: (args) =>
      args.length !== 1 || hasUnit(unit, argType(args, 0))
        ? any.inferType(args)
        : complainExtract(unit, argType(args, 0)),
    refuse: (args) => refuseExtract(unit, argType(args, 0)),
  };
}

// ---------------------------------------------------------------- differences

/** The planner writes it as a difference of times that is read as a number (`convert-call`). */
const timestampDiff: ScalarFunction = time({
  name: 'TIMESTAMPDIFF',
  complain: (args) => misfit('TIMESTAMPDIFF', args, [['ANY', 'DATETIME', 'DATETIME']]),
  forms: [['SYMBOL', 'DATETIME', 'DATETIME']],
  returns: (args) => withNullable(INTEGER, argType(args, 1).nullable || argType(args, 2).nullable),
  implement: neverComputed,
  doc: [
    'TIMESTAMPDIFF(unit, from, to)',
    'Whole units between two times, truncated; negative if `to` is earlier.',
    '两个时间之间的完整单位数（截断）；`to` 较早时为负。',
    ["TIMESTAMPDIFF(DAY, DATE '2024-01-01', DATE '2024-03-01')", '60'],
  ],
});

// ---------------------------------------------------------------- text to time

const wallValue = (wall: WallClock | null, precision: number): Value =>
  wall === null ? null : timestampFrom(wall.millis, wall.nanos, precision);

/** `DateTimeUtils.parseTimestampData(text)`: what CAST reads, cut to milliseconds; throws where CAST does. */
const defaultTimestamp = (text: string): WallClock => castTextToTimestamp(text);

/** `java.sql.Timestamp.valueOf` or, without a blank, `java.sql.Date.valueOf`: what TO_TIMESTAMP tries when the pattern fails. */
function sqlTimestamp(text: string): WallClock | null {
  const trimmed = text.trim();
  const match = /^(\d{4})-(\d{1,2})-(\d{1,2})(?: (\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d{1,9}))?)?$/.exec(
    trimmed,
  );
  if (match === null) return null;
  const [year, month, day, hour, minute, second] = [1, 2, 3, 4, 5, 6].map((i) => Number(match[i] ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (month < 1 || month > 12 || day < 1 || day > 31) return null;
  const digits = (match[7] ?? '').padEnd(9, '0');
  return {
    millis:
      daysFromCivil(year, month, day) * MILLIS_PER_DAY +
      ((hour * 60 + minute) * 60 + second) * 1000 +
      Number(digits.slice(0, 3)),
    nanos: Number(digits.slice(3)),
  };
}

/** TO_TIMESTAMP(text, pattern): a pattern Java refuses, or text that fits neither way, gives NULL. */
function timestampByPattern(text: string, pattern: string): WallClock | null {
  let wall: WallClock | null;
  try {
    wall = parseModern(text, pattern);
  } catch (error) {
    if (error instanceof RunError) return null;
    throw error;
  }
  return wall === null ? sqlTimestamp(text) : { millis: wall.millis, nanos: 0 };
}

function lenientTimestamp(text: string): WallClock | null {
  try {
    return defaultTimestamp(text);
  } catch (error) {
    if (error instanceof RunError) return null;
    throw error;
  }
}

/** What `ymdToUnixDate` overflows to for the date of Long.MIN_VALUE: TO_DATE's answer to text it cannot read. */
const UNREADABLE_DATE = 622_191_233;

// ---------------------------------------------------------------- epoch seconds

const MIN_EPOCH_MILLIS = -62167219200000;
const MAX_EPOCH_MILLIS = 253402300799999;

function fromEpoch(value: number, precision: number): Value {
  if (precision !== 0 && precision !== 3) {
    throw new RunError(
      `TableException: The precision value '${precision}' for function TO_TIMESTAMP_LTZ(numeric, precision) is unsupported, the supported value is '0' for second or '3' for millisecond.`,
    );
  }
  // Java's long of NaN is 0.
  const millis = Number.isNaN(value) ? 0 : precision === 0 ? value * 1000 : value;
  return millis < MIN_EPOCH_MILLIS || millis > MAX_EPOCH_MILLIS ? null : Math.trunc(millis) + 0;
}

const TO_LTZ_SIGNATURES = [
  'TO_TIMESTAMP_LTZ(<CHARACTER_STRING>)',
  'TO_TIMESTAMP_LTZ(<CHARACTER_STRING>, <CHARACTER_STRING>)',
  'TO_TIMESTAMP_LTZ(<CHARACTER_STRING>, <CHARACTER_STRING>, <CHARACTER_STRING>)',
  'TO_TIMESTAMP_LTZ(<NUMERIC>)',
  'TO_TIMESTAMP_LTZ(<NUMERIC>, <INTEGER_NUMERIC>)',
];

/** What the arguments of TO_TIMESTAMP_LTZ are cast to: all to text where they can be, else to numbers, which intervals can be too; null where neither fits. */
function ltzArguments(args: readonly Argument[]): readonly LogicalType[] | null {
  const types = args.map((arg) => arg.type);
  const made = (isOwn: (type: LogicalType, i: number) => boolean, cast: LogicalType): LogicalType[] =>
    types.map((type, i) =>
      isOwn(type, i) ? type : withNullable(cast, type.nullable || type.root === 'NULL'),
    );
  if (types.every((type) => inFamily(type, 'CHARACTER'))) return made(isCharacter, varchar(1));
  const isNumber = (type: LogicalType, i: number): boolean => (i === 0 ? isNumeric(type) : isInteger(type));
  const fits = types.every((type, i) => isNumber(type, i) || isInterval(type) || type.root === 'NULL');
  return fits && types.length <= 2 ? made(isNumber, TINYINT) : null;
}

const LTZ_PRECISION =
  'Unsupported argument type. TO_TIMESTAMP_LTZ(<NUMERIC>, <INTEGER>) requires the second argument to be <INTEGER>.';

const toTimestampLtz: ScalarFunction = modern({
  name: 'TO_TIMESTAMP_LTZ',
  parameters: {
    check: (args) => {
      if (args.length === 0 || args.length > 3) return WRONG_COUNT;
      return ltzArguments(args) === null ? INVALID_ARGUMENTS : null;
    },
    signatures: TO_LTZ_SIGNATURES,
  },
  returns: (args) => {
    const types = ltzArguments(args) ?? [];
    if (types[1] === undefined || isCharacter(types[1]) || types[1].root === 'INTEGER')
      return withNullable(timestampLtz(3), true);
    const given = `Invalid function call:\nTO_TIMESTAMP_LTZ(${types.map(printType).join(', ')})`;
    return { message: `${given}\u0000${LTZ_PRECISION}`, exception: 'ValidationException' };
  },
  coerce: (args) => ltzArguments(args) ?? [],
  implement: ([type]) => {
    if (type !== undefined && isNumeric(type)) {
      const read =
        type.root === 'DECIMAL'
          ? (value: Int64): number => Number(decimalToBigInt(value, type.scale))
          : (value: Int64): number => Number(value);
      return (value: Int64, precision: number = 3) => fromEpoch(read(value), precision);
    }
    return (text: string, pattern?: string, zone?: string) => {
      if (pattern === undefined) return wallValue(defaultTimestamp(text), 3);
      const wall = timestampByPattern(text, pattern);
      if (wall === null || zone === undefined) return wallValue(wall, 3);
      return isKnownZone(zone) ? timestampFrom(fromLocal(zone, wall.millis), 0, 3) : null;
    };
  },
  doc: [
    'TO_TIMESTAMP_LTZ(number [, precision]) or (string [, format [, zone]])',
    'An instant from seconds (precision 0) or milliseconds (3) since 1970, or from text.',
    '由 1970 年以来的秒（精度 0）或毫秒（精度 3）得到时刻，也可由文本解析。',
    ['TO_TIMESTAMP_LTZ(100, 0)', '1970-01-01 00:01:40.000'],
    ['TO_TIMESTAMP_LTZ(1500)', '1970-01-01 00:00:01.500'],
  ],
});

// ---------------------------------------------------------------- watermark

const currentWatermark: ScalarFunction = {
  name: 'CURRENT_WATERMARK',
  strict: false,
  isDeterministic: false,
  inferType: (args): LogicalType | Misfit => {
    const misfit = (detail: string): Misfit =>
      modernMisfit(
        'CURRENT_WATERMARK',
        args,
        [
          'CURRENT_WATERMARK(<TIMESTAMP_WITHOUT_TIME_ZONE *ROWTIME*>)',
          'CURRENT_WATERMARK(<TIMESTAMP_WITH_LOCAL_TIME_ZONE *ROWTIME*>)',
        ],
        detail,
      );
    if (args.length !== 1) return misfit(WRONG_COUNT);
    const type = argType(args, 0);
    if (!isTimestamp(type))
      return misfit(
        `CURRENT_WATERMARK() must be called with a single rowtime attribute argument, but '${printType(type)}' cannot be a time attribute.`,
      );
    if (type.kind !== 'ROWTIME')
      return misfit(
        `The argument of CURRENT_WATERMARK() must be a rowtime attribute, but was '${printType(type)}'.`,
      );
    return { root: type.root, precision: 3, kind: 'REGULAR', nullable: true };
  },
  implement: (_types, _result, context) => ({ evaluate: () => context.watermarkMs() }),
  doc: toDoc('time', [
    'CURRENT_WATERMARK(rowtime)',
    'The watermark this operator knows; NULL before the first.',
    '当前算子已知的水位线；首个水位线到来之前为 NULL。',
  ]),
};

// ---------------------------------------------------------------- overlaps

/** Where `(start, end)` and `(start, interval)` are a period, of what; null for anything else. */
function periodRoot(type: LogicalType): string | null {
  if (type.root !== 'ROW' || type.fields.length !== 2) return null;
  const [start, end] = type.fields.map((field) => field.type) as [LogicalType, LogicalType];
  return inFamily(start, 'DATETIME') && (start.root === end.root || isInterval(end)) ? start.root : null;
}

const MOMENTS: Form = ['DATETIME', 'DATETIME'];
const MOMENT_AND_LENGTH: Form = ['DATETIME', 'INTERVAL'];

const overlaps: ScalarFunction = {
  name: 'OVERLAPS',
  strict: true,
  isDeterministic: true,
  inferType: (args: readonly Argument[]) => {
    const [first, second] = args.map((arg) => periodRoot(arg.type));
    if (args.length !== 2 || first === null || first !== second)
      return misfit('OVERLAPS', args, [MOMENTS, MOMENTS, MOMENT_AND_LENGTH, MOMENT_AND_LENGTH], writeInfix);
    return {
      root: 'BOOLEAN',
      nullable: args.some(
        (arg) =>
          arg.type.root === 'ROW' &&
          (arg.type.nullable || arg.type.fields.some((field) => field.type.nullable)),
      ),
    };
  },
  implement: neverComputed,
  doc: toDoc('time', [
    '(start1, end1) OVERLAPS (start2, end2)',
    'Whether two periods have a point in common.',
    '两个时间段是否有重叠。',
  ]),
};

function datetimeFormat(
  types: readonly LogicalType[],
  context: EvaluationContext,
): (value: never, pattern: string) => Value {
  const [type] = types;
  if (type !== undefined && isTimestamp(type)) {
    const isLocal = type.root === 'TIMESTAMP_LTZ';
    return (value: Int64, pattern: string) => {
      const millis = timestampMillis(value, type.precision);
      return formatModern(
        isLocal ? toLocal(context.zone, millis) : millis,
        timestampNanos(value, type.precision),
        pattern,
      );
    };
  }
  return (text: string, pattern: string) => {
    const instant = parseSimple(text, DEFAULT_PATTERN, 'UTC');
    return instant === null ? null : formatSimple(instant, pattern, 'UTC');
  };
}

const zoneName = (zone: string): string => (isKnownZone(zone) ? zone : 'UTC');

export const timeFunctions: readonly ScalarFunction[] = [
  now('CURRENT_TIMESTAMP', [], timestampLtz(3), (context) => context.nowMs(), true, [
    'CURRENT_TIMESTAMP',
    'The current instant: of each row in streaming, of the whole query in batch.',
    '当前时刻：流模式下逐行取值，批模式下整个查询取一次。',
  ]),
  now('NOW', [], timestampLtz(3), (context) => context.nowMs(), true, [
    'NOW()',
    'The current instant.',
    '当前时刻。',
  ]),
  now('CURRENT_ROW_TIMESTAMP', [], timestampLtz(3), (context) => context.nowMs(), false, [
    'CURRENT_ROW_TIMESTAMP()',
    'The current instant, of each row also in batch.',
    '当前时刻，批模式下也逐行取值。',
  ]),
  now('LOCALTIMESTAMP', [], timestamp(3), (context) => toLocal(context.zone, context.nowMs()), true, [
    'LOCALTIMESTAMP',
    'The current wall clock of the session time zone.',
    '会话时区的当前本地时间。',
  ]),
  now('CURRENT_DATE', [], DATE, localDay, true, [
    'CURRENT_DATE',
    'Today in the session time zone.',
    '会话时区的今天。',
  ]),
  now('CURRENT_TIME', [], timeType(0), localMilliOfDay, true, [
    'CURRENT_TIME',
    'The current time of day in the session time zone.',
    '会话时区的当前时间。',
  ]),
  now('LOCALTIME', [], timeType(0), localMilliOfDay, true, [
    'LOCALTIME',
    'The current time of day in the session time zone.',
    '会话时区的当前时间。',
  ]),
  {
    name: 'PROCTIME',
    strict: true,
    isDeterministic: false,
    inferType: (args) =>
      args.length === 0 ? notNull(timestampLtz(3, 'PROCTIME')) : wrongCount('PROCTIME', '0'),
    implement: (_types, _result, context) => ({ evaluate: () => context.nowMs() }),
    doc: toDoc('time', ['PROCTIME()', 'The processing-time attribute.', '处理时间属性。']),
  },
  {
    name: 'SOURCE_WATERMARK',
    strict: false,
    isDeterministic: false,
    inferType: (args) => (args.length === 0 ? timestamp(3) : wrongCount('SOURCE_WATERMARK', '0')),
    implement: () => ({ evaluate: () => null }),
    doc: toDoc('time', [
      'SOURCE_WATERMARK()',
      "In WATERMARK FOR: the watermarks are the source's own. No scenario table has any.",
      '用于 WATERMARK FOR：由数据源自行产生水位线。场景表没有。',
    ]),
  },
  {
    name: 'PROCTIME_MATERIALIZE',
    strict: false,
    isDeterministic: false,
    inferType: (args) => withNullable(timestampLtz(3), argType(args, 0).nullable),
    implement: (_types, _result, context) => ({ evaluate: () => context.nowMs() }),
    doc: toDoc('time', [
      'PROCTIME_MATERIALIZE(proctime)',
      'The processing time as a value, put in by the planner.',
      '将处理时间物化为值，由规划器插入。',
    ]),
  },
  currentWatermark,
  extractFunction,
  fieldFunction('YEAR', 'YEAR', 'The year.', '年。', "YEAR(DATE '2024-03-15')", '2024'),
  fieldFunction(
    'QUARTER',
    'QUARTER',
    'The quarter, 1 to 4.',
    '季度（1 至 4）。',
    "QUARTER(DATE '2024-03-15')",
    '1',
  ),
  fieldFunction('MONTH', 'MONTH', 'The month, 1 to 12.', '月（1 至 12）。', "MONTH(DATE '2024-03-15')", '3'),
  fieldFunction(
    'WEEK',
    'WEEK',
    'The ISO week, 1 to 53.',
    'ISO 周（1 至 53）。',
    "WEEK(DATE '2024-03-15')",
    '11',
  ),
  fieldFunction(
    'DAYOFYEAR',
    'DOY',
    'The day of the year, 1 to 366.',
    '一年中的第几天。',
    "DAYOFYEAR(DATE '2024-03-15')",
    '75',
  ),
  fieldFunction(
    'DAYOFMONTH',
    'DAY',
    'The day of the month, 1 to 31.',
    '一月中的第几天。',
    "DAYOFMONTH(DATE '2024-03-15')",
    '15',
  ),
  fieldFunction(
    'DAYOFWEEK',
    'DOW',
    'The day of the week; Sunday is 1.',
    '一周中的第几天；周日为 1。',
    "DAYOFWEEK(DATE '2024-03-15')",
    '6',
  ),
  fieldFunction(
    'HOUR',
    'HOUR',
    'The hour, 0 to 23.',
    '小时（0 至 23）。',
    "HOUR(TIMESTAMP '2024-03-15 12:34:56')",
    '12',
  ),
  fieldFunction(
    'MINUTE',
    'MINUTE',
    'The minute, 0 to 59.',
    '分钟（0 至 59）。',
    "MINUTE(TIMESTAMP '2024-03-15 12:34:56')",
    '34',
  ),
  fieldFunction(
    'SECOND',
    'SECOND',
    'The second, 0 to 59.',
    '秒（0 至 59）。',
    "SECOND(TIMESTAMP '2024-03-15 12:34:56')",
    '56',
  ),
  timestampDiff,
  time({
    name: 'DATE_FORMAT',
    forms: [
      ['TIMESTAMP', 'CHARACTER'],
      ['CHARACTER', 'CHARACTER'],
    ],
    returns: returnsNullable(STRING),
    implement: (types, _result, context) => datetimeFormat(types, context),
    doc: [
      'DATE_FORMAT(timestamp, format)',
      "A time as text, by Java's patterns: `yyyy`, `MM`, `dd`, `HH`, `mm`, `ss`, `SSS`, …",
      '按 Java 模式（`yyyy`、`MM`、`dd`、`HH`、`mm`、`ss`、`SSS` 等）格式化时间。',
      ["DATE_FORMAT(TIMESTAMP '2024-03-15 12:34:56', 'yyyy-MM-dd HH:mm')", '2024-03-15 12:34'],
    ],
  }),
  time({
    name: 'TO_DATE',
    forms: TEXT,
    returns: returnsNullable(DATE),
    evaluate: (text: string, pattern?: string) => {
      if (pattern === undefined) return castTextToDate(text);
      const instant = parseSimple(text, pattern, 'UTC');
      return instant === null ? UNREADABLE_DATE : Math.floor(instant / MILLIS_PER_DAY);
    },
    doc: [
      'TO_DATE(string [, format])',
      'A date from text; NULL if it is none (but a nonsense date if a format was given).',
      '由文本得到日期；无法解析时为 NULL（给定格式时会得到一个无意义的日期）。',
      ["TO_DATE('2024-03-15')", '2024-03-15'],
      ["TO_DATE('15.03.2024', 'dd.MM.yyyy')", '2024-03-15'],
    ],
  }),
  time({
    name: 'TO_TIMESTAMP',
    forms: TEXT,
    returns: returnsNullable(timestamp(3)),
    evaluate: (text: string, pattern?: string) =>
      wallValue(pattern === undefined ? lenientTimestamp(text) : timestampByPattern(text, pattern), 3),
    doc: [
      'TO_TIMESTAMP(string [, format])',
      'A TIMESTAMP(3) from text; NULL if it is none.',
      '由文本得到 TIMESTAMP(3)；无法解析时为 NULL。',
      ["TO_TIMESTAMP('2024-03-15 12:34:56')", '2024-03-15 12:34:56.000'],
      ["TO_TIMESTAMP('15/03/2024', 'dd/MM/yyyy')", '2024-03-15 00:00:00.000'],
    ],
  }),
  toTimestampLtz,
  time({
    name: 'FROM_UNIXTIME',
    forms: [['INTEGER'], ['INTEGER', 'CHARACTER']],
    returns: returnsNullable(STRING),
    implement:
      (_types, _result, context) =>
      (seconds: Int64, pattern = DEFAULT_PATTERN) =>
        formatSimple(Number(wrap64(BigInt(seconds) * 1000n)), pattern, context.zone),
    doc: [
      'FROM_UNIXTIME(seconds [, format])',
      'Text of seconds since 1970, in the session time zone.',
      '将 1970 年以来的秒数格式化为会话时区的文本。',
      ['FROM_UNIXTIME(44)', '1970-01-01 00:00:44'],
    ],
  }),
  time({
    name: 'UNIX_TIMESTAMP',
    forms: [[], ['CHARACTER'], ['CHARACTER', 'CHARACTER']],
    returns: returns(BIGINT),
    isDeterministic: false,
    implement: (types, _result, context) => {
      if (types.length === 0) return () => Math.floor(context.nowMs() / 1000);
      return (text: string, pattern = DEFAULT_PATTERN) => {
        const instant = parseSimple(text, pattern, context.zone);
        return instant === null ? MIN_INT64 : Math.trunc(instant / 1000) + 0;
      };
    },
    doc: [
      'UNIX_TIMESTAMP([string [, format]])',
      'Seconds since 1970, now or of a text.',
      '1970 年以来的秒数：当前时间或文本所示时间。',
      ["UNIX_TIMESTAMP('1970-01-01 00:01:40')", '100'],
    ],
  }),
  time({
    name: 'CONVERT_TZ',
    forms: [['CHARACTER', 'CHARACTER', 'CHARACTER']],
    returns: returnsNullable(STRING),
    evaluate: (text: string, from: string, to: string) => {
      const instant = parseSimple(text, DEFAULT_PATTERN, zoneName(from));
      return instant === null ? null : formatSimple(instant, DEFAULT_PATTERN, zoneName(to));
    },
    doc: [
      'CONVERT_TZ(string, zone1, zone2)',
      'A time as text moved from one time zone to another.',
      '将文本时间从一个时区换到另一个时区。',
      ["CONVERT_TZ('1970-01-01 00:00:00', 'UTC', 'America/Los_Angeles')", '1969-12-31 16:00:00'],
    ],
  }),
  overlaps,
];
