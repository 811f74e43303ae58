import type { Words } from '../engine-api.ts';

/** What an option means, and the values it can have where those can be listed. */
export interface OptionWords extends Words {
  readonly values: readonly string[];
}

type Row = readonly [key: string, values: string, en: string, zh: string];

const words = (rows: readonly Row[]): ReadonlyMap<string, OptionWords> =>
  new Map(
    rows.map(([key, values, en, zh]) => [key, { values: values === '' ? [] : values.split(' | '), en, zh }]),
  );

/** Options that SET knows. */
export const CONFIG_OPTIONS = words([
  [
    'execution.runtime-mode',
    'STREAMING | BATCH',
    'Whether rows are computed as they come or all at once.',
    '逐行（流）还是整体（批）计算。',
  ],
  [
    'pipeline.auto-watermark-interval',
    '0 ms | 200 ms | 1 s',
    'How often watermarks are sent; 0 sends one with every row that advances it.',
    '发送水位线的间隔；0 表示每次推进都发送。',
  ],
  [
    'table.exec.deduplicate.insert-update-after-sensitive-enabled',
    'true | false',
    'Whether what follows a deduplication must tell +I from +U.',
    '去重之后的算子是否须区分 +I 与 +U。',
  ],
  [
    'table.exec.emit.allow-lateness',
    '1 min | 1 h',
    'How long a group window waits for late rows after it has fired.',
    '分组窗口触发后等待迟到行的时间。',
  ],
  [
    'table.exec.emit.early-fire.enabled',
    'true | false',
    'Whether a group window sends results before it ends.',
    '分组窗口结束前是否提前输出。',
  ],
  [
    'table.exec.emit.early-fire.delay',
    '1 s | 10 s',
    'How often a group window sends early results.',
    '分组窗口提前输出的间隔。',
  ],
  [
    'table.exec.emit.late-fire.enabled',
    'true | false',
    'Whether a group window sends results again when late rows come.',
    '迟到行到来时分组窗口是否再次输出。',
  ],
  [
    'table.exec.emit.late-fire.delay',
    '0 s | 10 s',
    'How long late rows are gathered before results are sent again.',
    '再次输出前攒集迟到行的时间。',
  ],
  [
    'table.exec.interval-join.min-cleanup-interval',
    '0 ms | 1 min',
    'How long an interval join waits at least between two clean-ups of its state.',
    '区间连接两次清理状态的最短间隔。',
  ],
  [
    'table.exec.mini-batch.enabled',
    'true | false',
    'Whether aggregates gather rows into small batches.',
    '聚合是否把行攒成小批次处理。',
  ],
  [
    'table.exec.mini-batch.allow-latency',
    '1 s | 5 s',
    'How long rows are gathered before a batch is computed.',
    '小批次最多攒集的时间。',
  ],
  ['table.exec.mini-batch.size', '100 | 5000', 'How many rows a batch holds at most.', '小批次的最大行数。'],
  [
    'table.exec.sink.not-null-enforcer',
    'ERROR | DROP',
    'What happens to a row with NULL in a NOT NULL column of a sink.',
    'NOT NULL 列遇到 NULL 时报错还是丢弃该行。',
  ],
  [
    'table.exec.sink.type-length-enforcer',
    'IGNORE | TRIM_PAD | ERROR',
    'What happens to texts that do not have the length of their column in a sink.',
    '写出的文本长度与列不符时如何处理。',
  ],
  [
    'table.exec.sink.upsert-materialize',
    'AUTO | NONE | FORCE',
    'Whether a sink with a key puts rows that come out of order in order again.',
    '带主键的 sink 是否重新整理乱序的变更。',
  ],
  [
    'table.exec.source.cdc-events-duplicate',
    'true | false',
    'Whether a change may come twice, so that it has to be normalized by the primary key.',
    '变更是否可能重复，从而需要按主键规范化。',
  ],
  [
    'table.exec.source.idle-timeout',
    '5 s | 1 min',
    'After how long without rows a source stops holding back the watermark.',
    '多久没有数据后源不再拖住水位线。',
  ],
  [
    'table.exec.state.ttl',
    '0 | 1 h | 1 d',
    'How long state is kept after it was last changed; 0 keeps it for ever.',
    '状态最后一次变更后保留的时间；0 表示永久。',
  ],
  [
    'table.local-time-zone',
    'UTC | Asia/Shanghai | Europe/Berlin | America/Los_Angeles',
    'The zone in which TIMESTAMP_LTZ is shown and days begin.',
    'TIMESTAMP_LTZ 显示与日期划分所用的时区。',
  ],
  [
    'table.optimizer.agg-phase-strategy',
    'AUTO | ONE_PHASE | TWO_PHASE',
    'Whether aggregates are computed in one step or in two.',
    '聚合分一阶段还是两阶段计算。',
  ],
  [
    'table.optimizer.distinct-agg.split.enabled',
    'true | false',
    'Whether DISTINCT aggregates are split into two levels.',
    'DISTINCT 聚合是否拆成两层。',
  ],
  [
    'table.optimizer.non-deterministic-update.strategy',
    'IGNORE | TRY_RESOLVE',
    'Whether the planner cares that some updates cannot be repeated.',
    '规划器是否处理不确定的更新。',
  ],
]);

/** Options of connectors; a column's name is written `#`. */
export const CONNECTOR_OPTIONS = words([
  ['connector', '', 'Where rows come from or go to.', '数据从哪里来或写到哪里去。'],
  ['bounded', 'true | false', 'Whether the input ends.', '输入是否有界。'],
  [
    'changelog-mode',
    'I | I,UA,D | I,UB,UA,D',
    'The kinds of rows it carries: I insert, UB before an update, UA after it, D delete.',
    '携带的变更类型：I 插入、UB 更新前、UA 更新后、D 删除。',
  ],
  [
    'partitions',
    '1 | 2 | 4',
    'How many partitions the source has; each makes watermarks of its own.',
    '源的分区数；每个分区各自产生水位线。',
  ],
  ['print-identifier', '', 'A text before each printed row.', '打印行的前缀。'],
  ['standard-error', 'true | false', 'Whether rows are printed as errors.', '是否打印到标准错误。'],
  ['sink.parallelism', '1', 'How many tasks write.', '写出的并行度。'],
  ['scan.parallelism', '1', 'How many tasks read.', '读取的并行度。'],
  [
    'number-of-rows',
    '10 | 100',
    'How many rows are made; without it, rows never end.',
    '生成的行数；不设则无限。',
  ],
  ['rows-per-second', '1 | 10', 'How many rows are made in a second.', '每秒生成的行数。'],
  ['fields.#.kind', 'random | sequence', 'How the values of the column are made.', '该列的取值方式。'],
  ['fields.#.min', '', 'The smallest random value.', '随机值的最小值。'],
  ['fields.#.max', '', 'The largest random value.', '随机值的最大值。'],
  ['fields.#.null-rate', '0 | 0.1', 'How often the value is NULL, from 0 to 1.', '取 NULL 的比例，0 到 1。'],
  ['fields.#.start', '1', 'The first value of a sequence.', '序列的起始值。'],
  ['fields.#.end', '100', 'The last value of a sequence.', '序列的结束值。'],
  ['fields.#.length', '10 | 100', 'The length of random texts and collections.', '随机文本或集合的长度。'],
  [
    'fields.#.max-past',
    '1 h | 1 d',
    'How far in the past random times may lie.',
    '随机时间最多早于现在多久。',
  ],
  [
    'fields.#.var-len',
    'true | false',
    'Whether random texts have different lengths.',
    '随机文本长度是否可变。',
  ],
  ['property-version', '1', 'Not used any more.', '已不再使用。'],
  [
    'scan.watermark.alignment.group',
    '',
    'The group of sources that wait for each other.',
    '相互等待水位线的源所在的组。',
  ],
  [
    'scan.watermark.alignment.max-drift',
    '1 min',
    'How far a source may be ahead of its group.',
    '源最多可领先同组多久。',
  ],
  [
    'scan.watermark.alignment.update-interval',
    '1 s',
    'How often sources of a group tell each other where they are.',
    '同组的源互报进度的间隔。',
  ],
  [
    'scan.watermark.emit.strategy',
    'on-periodic | on-event',
    'Whether watermarks are sent at intervals or with each row.',
    '按周期还是按行发送水位线。',
  ],
  [
    'scan.watermark.idle-timeout',
    '5 s | 1 min',
    'After how long without rows the source stops holding back the watermark.',
    '多久没有数据后源不再拖住水位线。',
  ],
]);

/** What each connector is for. */
export const CONNECTOR_WORDS: ReadonlyMap<string, Words> = words([
  [
    'scenario',
    '',
    'Rows are the events of this page; as a sink, the result that is shown.',
    '行来自本页的事件；作为 sink 则是所显示的结果。',
  ],
  ['print', '', 'A sink that prints every change.', '打印每条变更的 sink。'],
  ['blackhole', '', 'A sink that forgets all.', '丢弃所有数据的 sink。'],
  ['datagen', '', 'A source of random rows or sequences.', '产生随机行或序列的源。'],
]);
