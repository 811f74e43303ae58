/** What the engine advises and where it stops, in English with `{}` for what varies, and the same in Chinese. */
const HINTS: readonly (readonly [english: string, chinese: string])[] = [
  [
    'Let the sink take updates, or write what is never taken back, such as windows that have closed.',
    '让汇接受更新，或者只写入永不撤回的内容，例如已关闭的窗口。',
  ],
  [
    'Rows that can change have no fixed place in time: read a table that is only appended to, or put a window aggregation before.',
    '会变化的行在时间上没有固定位置：请读取只追加的表，或者先做窗口聚合。',
  ],
  [
    'Flink cannot plan this over rows that are inserted and deleted but never updated: read a table whose changes have -U and +U, or aggregate before.',
    'Flink 无法对只插入和删除、从不更新的行做这样的计划：请读取带有 -U 和 +U 的变更表，或者先做聚合。',
  ],
  ['Did you mean {}?', '是不是想写 {}？'],
  ['A ; is missing before {}.', '{} 之前缺少分号。'],
  ['A comma is missing before {} or {}.', '{} 或 {} 之前缺少逗号。'],
  ['A comma is missing before {}.', '{} 之前缺少逗号。'],
  ['A ) is missing before {}.', '{} 之前缺少 )。'],
  ["A string needs a closing '.", '字符串缺少结尾的单引号。'],
  [
    "Double quotes are not used here: write 'text' for a string and `name` for a column.",
    "这里不用双引号：字符串写作 'text'，列名写作 `name`。",
  ],
  ['A comment needs a closing */.', '注释缺少结尾的 */。'],
  ['There is no name between the backticks.', '反引号之间没有名称。'],
  ['A name in backticks needs a closing ` on the same line.', '反引号中的名称须在同一行以 ` 结束。'],
  ['The character {} has no meaning in SQL.', '字符 {} 在 SQL 中没有意义。'],
  ['There is a comma too many before the end.', '结尾之前多了一个逗号。'],
  ['There is a comma too many before {}.', '{} 之前多了一个逗号。'],
  ['A string is needed here: write {}.', '这里需要字符串：写作 {}。'],
  ['{} is no type a column can have.', '{} 不是列可用的类型。'],
  ['{} is a reserved word: as a name, write {} in backticks.', '{} 是保留字：作名称时请用反引号写作 {}。'],
  ['DESCRIPTOR needs parentheses: {}.', 'DESCRIPTOR 需要括号：{}。'],
  ['There is no ( that this ) closes.', '这个 ) 没有对应的 (。'],
  ['This ( is never closed.', '这个 ( 没有闭合。'],
  ['CASE needs an END before the end.', 'CASE 在结尾之前缺少 END。'],
  ['CASE needs an END before {}.', 'CASE 在 {} 之前缺少 END。'],
  ['{} belongs before {}.', '{} 应写在 {} 之前。'],
  ['The statement ends too early: expected {} next.', '语句过早结束：接下来应为 {}。'],
  ['The statement ends too early.', '语句过早结束。'],
  ['Expected an expression here.', '这里应为表达式。'],
  ['Expected {} here.', '这里应为 {}。'],
  ['There is no type {}.', '没有类型 {}。'],
  ['{} cannot stand here.', '{} 不能写在这里。'],
  ['There is no statement here.', '这里没有语句。'],
  ['Run one statement at a time.', '一次执行一条语句。'],
  ['Write the names of the columns alone, separated by commas.', '只写列名，用逗号分隔。'],
  ['Write a type behind the name of the column.', '在列名之后写类型。'],
  ['A query was expected in these parentheses: {}.', '括号中应为查询：{}。'],
  ['Join two strings with ||.', '用 || 连接两个字符串。'],
  ['A query cannot stand here.', '这里不能写查询。'],
  ['All columns together have no name.', '* 不能有别名。'],
  ['Write the name as {}.', '名称请写作 {}。'],
  ['A table has one watermark: leave the other one out.', '一个表只能有一个水位线：去掉另一个。'],
  ['Write LIMIT before OFFSET.', '把 LIMIT 写在 OFFSET 之前。'],
  ['Write {} instead of {}.', '请写 {}，不要写 {}。'],
  ['Write {} before {}.', '在 {1} 之前写 {0}。'],
  ['Write {} or {}.', '写作 {} 或 {}。'],
  ['Names are case-sensitive: write {}.', '名称区分大小写：请写 {}。'],
  ['Write an explicit CAST.', '请显式使用 CAST。'],
  ['Write PRIMARY KEY (…) NOT ENFORCED.', '请写 PRIMARY KEY (…) NOT ENFORCED。'],
  [
    'Make it a TIMESTAMP(3) or TIMESTAMP_LTZ(3), or add a computed column that is one.',
    '改为 TIMESTAMP(3) 或 TIMESTAMP_LTZ(3)，或添加这种类型的计算列。',
  ],
  [
    'Declare a WATERMARK for the column; a function or cast on a time attribute loses it.',
    '为该列声明 WATERMARK；对时间属性使用函数或转换会使其不再是时间属性。',
  ],
  ['Declare a WATERMARK for the column, or use PROCTIME().', '为该列声明 WATERMARK，或使用 PROCTIME()。'],
  [
    'User functions are Java classes; a browser has none. Say it with the built-in functions.',
    '用户函数是 Java 类，浏览器中没有；请用内置函数表达。',
  ],
  [
    'Take out what is not needed; rows belong into the events, not into the script.',
    '去掉不需要的内容；数据行应放在事件中，而不是脚本中。',
  ],
  ['Give the windows a longer step, or make them shorter.', '请加大窗口的步长，或缩短窗口。'],
  [
    'One row falls into {} windows; Tidemark stops at {}, where a real Flink goes on.',
    '一行会落入 {} 个窗口；Tidemark 到 {} 个就停止，真正的 Flink 会继续。',
  ],
  [
    'One watermark closes too many windows; Tidemark stops at {}, where a real Flink goes on.',
    '一个水位线关闭的窗口过多；Tidemark 到 {} 个就停止，真正的 Flink 会继续。',
  ],
  ['The script has {} characters; at most {} are read.', '脚本有 {} 个字符；最多读取 {} 个。'],
  ['The text is longer than {} characters', '文本超过 {} 个字符'],
  ['Write {}.', '写作 {}。'],
];

const PATTERNS = HINTS.map(([english, chinese]) => ({
  pattern: new RegExp(`^${english.split('{}').map(escaped).join('(.+?)')}$`),
  chinese,
}));

/** Words that a hint puts together from what the parser expected. */
const EXPECTED: readonly (readonly [RegExp, string])[] = [
  [/\ba comma\b/g, '逗号'],
  [/\ba name\b/g, '名称'],
  [/\ba string\b/g, '字符串'],
  [/\ba number\b/g, '数字'],
  [/\ban expression\b/g, '表达式'],
  [/ or /g, ' 或 '],
];

/** A hint in Chinese; as it is where nobody has translated it. */
export function chineseHint(hint: string): string {
  for (const { pattern, chinese } of PATTERNS) {
    const values = pattern.exec(hint)?.slice(1);
    if (!values) continue;
    const isList = /^(Expected|The statement ends)/.test(hint);
    const words = isList
      ? values.map((value) => EXPECTED.reduce((text, [from, to]) => text.replace(from, to), value))
      : values;
    let next = 0;
    return chinese.replace(
      /\{(\d?)\}/g,
      (_, place: string) => words[place === '' ? next++ : Number(place)] ?? '',
    );
  }
  return hint;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
