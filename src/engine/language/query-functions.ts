import type { FunctionDoc } from '../functions/function-definition.ts';
import { allFunctions } from '../functions/index.ts';

/** A function as the editor shows it. */
export interface DescribedFunction {
  readonly name: string;
  readonly doc: Pick<FunctionDoc, 'signature' | 'en' | 'zh' | 'examples'>;
}

type Row = readonly [signature: string, en: string, zh: string];

/** What is no scalar function and so has no entry in `functions`: aggregates, functions of OVER windows, windows of a table, casts. */
const QUERY_FUNCTIONS: readonly Row[] = [
  [
    'COUNT([DISTINCT] value)',
    'How many rows have a value that is not NULL; COUNT(*) counts all rows.',
    '值不为 NULL 的行数；COUNT(*) 统计所有行。',
  ],
  [
    'SUM([DISTINCT] number)',
    'The sum of the values that are not NULL; NULL if there is none.',
    '非 NULL 值之和；没有则为 NULL。',
  ],
  [
    'AVG([DISTINCT] number)',
    'The mean of the values that are not NULL. Of integers it is an integer, cut towards zero.',
    '非 NULL 值的平均值；整数的平均值仍为整数，向零截断。',
  ],
  ['MIN(value)', 'The smallest value that is not NULL.', '最小的非 NULL 值。'],
  ['MAX(value)', 'The largest value that is not NULL.', '最大的非 NULL 值。'],
  ['FIRST_VALUE(value)', 'The value that came first, NULLs left out.', '最先到来的值（忽略 NULL）。'],
  ['LAST_VALUE(value)', 'The value that came last, NULLs left out.', '最后到来的值（忽略 NULL）。'],
  [
    'LISTAGG(string [, separator])',
    'The texts joined in order of arrival, with commas unless a separator is given.',
    '按到达顺序连接文本，默认以逗号分隔。',
  ],
  ['COLLECT([DISTINCT] value)', 'The values as a MULTISET.', '把值收集为 MULTISET。'],
  [
    'ARRAY_AGG([DISTINCT] value)',
    'The values as an ARRAY, in order of arrival.',
    '按到达顺序把值收集为 ARRAY。',
  ],
  [
    'JSON_OBJECTAGG(KEY key VALUE value)',
    'A JSON object with one member for each row.',
    '由每行一个成员组成的 JSON 对象。',
  ],
  ['JSON_ARRAYAGG(value)', 'A JSON array with one element for each row.', '由每行一个元素组成的 JSON 数组。'],
  [
    'PERCENTILE(number, percentage [, frequency])',
    'The value below which that part of the values lies, 0.5 for the median; of a list of parts, a list. Between two values it is a point on the line from one to the other.',
    '处于该比例位置的值，0.5 即中位数；给出比例数组时返回数组。落在两值之间时按线性插值。',
  ],
  ['STDDEV_POP(number)', 'The standard deviation of the whole population.', '总体标准差。'],
  ['STDDEV_SAMP(number)', 'The standard deviation of a sample.', '样本标准差。'],
  ['VAR_POP(number)', 'The variance of the whole population.', '总体方差。'],
  ['VAR_SAMP(number)', 'The variance of a sample.', '样本方差。'],
  [
    'GROUPING(column)',
    '1 where a grouping set leaves the column out, else 0.',
    '分组集未包含该列时为 1，否则为 0。',
  ],
  [
    'GROUPING_ID(column1, …)',
    'A number whose bits say which columns a grouping set leaves out.',
    '各位表示分组集未包含哪些列的数。',
  ],
  [
    'ROW_NUMBER()',
    'The number of a row in its partition, from 1. With a condition on it, the query is a Top-N or a deduplication.',
    '行在分区内的序号，从 1 起。对其加条件即为 Top-N 或去重。',
  ],
  [
    'RANK()',
    'The rank of a row; equal rows share a rank, and ranks are left out behind them.',
    '行的名次；相等的行同名次，其后留空。',
  ],
  [
    'DENSE_RANK()',
    'The rank of a row; equal rows share a rank, and no rank is left out.',
    '行的名次；相等的行同名次，不留空。',
  ],
  [
    'LAG(value [, offset [, default]])',
    'The value some rows before this one, one row unless said.',
    '此行之前若干行（默认一行）的值。',
  ],
  [
    'LEAD(value [, offset [, default]])',
    'The value some rows behind this one, one row unless said.',
    '此行之后若干行（默认一行）的值。',
  ],
  [
    'NTILE(count)',
    'The number of the bucket a row falls into, when the partition is cut into so many.',
    '把分区分成若干桶时该行所在桶的编号。',
  ],
  [
    'TUMBLE(TABLE data, DESCRIPTOR(timecol), size [, offset])',
    'Windows of one size, one behind the other. Adds window_start, window_end and window_time to each row.',
    '首尾相接的固定大小窗口；为每行加上 window_start、window_end、window_time。',
  ],
  [
    'HOP(TABLE data, DESCRIPTOR(timecol), slide, size [, offset])',
    'Windows of one size that begin every `slide`: a row lies in several of them.',
    '每隔 slide 开始一个固定大小的窗口，一行可落入多个窗口。',
  ],
  [
    'CUMULATE(TABLE data, DESCRIPTOR(timecol), step, size [, offset])',
    'Windows that grow by `step` up to `size`, then begin anew.',
    '每次增长 step 直到 size，然后重新开始的窗口。',
  ],
  [
    'SESSION(TABLE data [PARTITION BY keys], DESCRIPTOR(timecol), gap)',
    'Windows that last until no row has come for the length of the gap.',
    '在间隔时间内没有新行到来即结束的窗口。',
  ],
  ['DESCRIPTOR(column)', 'Names the time attribute of a window.', '指明窗口的时间属性列。'],
  [
    'CAST(value AS type)',
    'The value as another type; a value that does not fit ends the job.',
    '转换为另一类型；无法转换时作业失败。',
  ],
  [
    'TRY_CAST(value AS type)',
    'The value as another type; NULL where it does not fit.',
    '转换为另一类型；无法转换时为 NULL。',
  ],
  ['TUMBLE_START(timecol, size)', 'The start of a group window (old syntax).', '分组窗口的起点（旧语法）。'],
  ['TUMBLE_END(timecol, size)', 'The end of a group window (old syntax).', '分组窗口的终点（旧语法）。'],
  [
    'TUMBLE_ROWTIME(timecol, size)',
    'The event-time attribute of a group window (old syntax).',
    '分组窗口的事件时间属性（旧语法）。',
  ],
  [
    'HOP_START(timecol, slide, size)',
    'The start of a hopping group window (old syntax).',
    '滑动分组窗口的起点（旧语法）。',
  ],
  [
    'HOP_END(timecol, slide, size)',
    'The end of a hopping group window (old syntax).',
    '滑动分组窗口的终点（旧语法）。',
  ],
  [
    'SESSION_START(timecol, gap)',
    'The start of a session group window (old syntax).',
    '会话分组窗口的起点（旧语法）。',
  ],
  [
    'SESSION_END(timecol, gap)',
    'The end of a session group window (old syntax).',
    '会话分组窗口的终点（旧语法）。',
  ],
];

const FUNCTION_NAME = /^(?!PROCTIME_MATERIALIZE$)[A-Z_]\w*$/;

const DESCRIBED: ReadonlyMap<string, DescribedFunction> = new Map(
  [
    ...allFunctions().flatMap(({ name, aliases = [], doc }) =>
      [name, ...aliases]
        // Operators and what the planner alone makes are not written as functions.
        .filter((each) => FUNCTION_NAME.test(each) && /^[A-Z_]\w*(\(|$)/.test(doc.signature))
        .map((each) => ({ name: each, doc: { ...doc, signature: doc.signature.replace(/^\w+/, each) } })),
    ),
    ...QUERY_FUNCTIONS.map(([signature, en, zh]) => ({
      name: /^\w+/.exec(signature)?.[0] ?? '',
      doc: { signature, en, zh, examples: [] },
    })),
  ].map((described) => [described.name, described]),
);

/** Every function that can be written, by its name in upper case. */
export function describedFunctions(): ReadonlyMap<string, DescribedFunction> {
  return DESCRIBED;
}
