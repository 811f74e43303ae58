import type { OddityId } from '../engine/engine-api.ts';
import type { Words } from './scenarios/scenario.ts';

/** What a real Flink does that surprises and that a run can meet, told where it does. The whole list, with the cases that show it, is `docs/oddities.md`. */
export const ODDITIES: Readonly<Record<OddityId, Words>> = {
  'bounded-first': {
    en: 'The rows of a bounded table are all there before anything else arrives, whatever the timeline says.',
    zh: '有界表的行在其他数据到达之前就已全部就位，与时间线上的位置无关。',
  },
  'idle-sends-furthest': {
    en: 'Once every partition of a source is idle, the furthest watermark among them is sent, not the least.',
    zh: '当一个源的所有分区都空闲后，发出的是其中最靠前的水位线，而不是最小的那个。',
  },
  'monotonic-extreme': {
    en: 'MAX of what Flink knows to grow only (and MIN of what shrinks) keeps no memory of earlier values: it is wrong once a row is taken back.',
    zh: '对 Flink 认定只增的值求 MAX（或对只减的值求 MIN）不保留旧值：一旦有行被撤回，结果就不再正确。',
  },
  'optional-not-greedy': {
    en: 'A variable with ? is not greedy, and one like {1,2} that has reached its bound still does not move on at a row that it could take.',
    zh: '带 ? 的变量并不贪婪；像 {1,2} 这样的变量即使已到上限，遇到它能匹配的行时也不会转到下一个变量。',
  },
  uncompiled: {
    en: 'The Java that Flink generates for this query does not compile: a fault of its own. The query can be explained, and its job dies before the first row. Another type for the arguments (CAST … AS INT, for one) often helps.',
    zh: 'Flink 为此查询生成的 Java 代码无法编译：这是它自身的缺陷。查询可以被 EXPLAIN，但作业在第一行之前就会失败。换一种参数类型（例如 CAST … AS INT）往往可行。',
  },
};
