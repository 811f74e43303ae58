import { BOOLEAN, type LogicalType, notNull, type Value, withNullable } from '../../types/logical-type.ts';
import type { Argument, Misfit, ScalarFunction } from '../function-definition.ts';
import { anyNullable, argType, ILLEGAL_NULL, misfit, toDoc, writeInfix, wrongCount } from '../signature.ts';

const CATEGORY = 'logic';

function connective(
  name: 'AND' | 'OR',
  en: string,
  zh: string,
  ...examples: (readonly [string, string | null])[]
): ScalarFunction {
  const decisive = name === 'OR';
  return {
    name,
    strict: false,
    isDeterministic: true,
    inferType: (args): LogicalType | Misfit =>
      args.every((arg) => arg.type.root === 'BOOLEAN' || arg.type.root === 'NULL')
        ? withNullable(BOOLEAN, anyNullable(args))
        : misfit(name, args, [['BOOLEAN', 'BOOLEAN']], writeInfix),
    // The compiler writes these itself, and lazily; this is their meaning.
    implement: () => ({
      evaluate: (...values: Value[]) => {
        if (values.includes(decisive)) return decisive;
        return values.includes(null) ? null : !decisive;
      },
    }),
    doc: toDoc(CATEGORY, [`a ${name} b`, en, zh, ...examples]),
  };
}

function postfix(
  name: string,
  test: (value: Value) => boolean,
  inline: (a: string) => string,
  en: string,
  zh: string,
  ...examples: (readonly [string, string | null])[]
): ScalarFunction {
  const wantsBoolean = !name.endsWith('NULL');
  return {
    name,
    strict: false,
    isDeterministic: true,
    inferType: (args) => {
      if (args.length !== 1) return wrongCount(name, '1');
      const type = argType(args, 0);
      if (wantsBoolean && type.root === 'NULL') return ILLEGAL_NULL;
      if (wantsBoolean && type.root !== 'BOOLEAN')
        return misfit(name, args, [['BOOLEAN']], (operator, types) => `${types[0]} ${operator}`);
      return notNull(BOOLEAN);
    },
    implement: () => ({ evaluate: test, inline: (a = 'null') => inline(a) }),
    doc: toDoc(CATEGORY, [`a ${name}`, en, zh, ...examples]),
  };
}

const not: ScalarFunction = {
  name: 'NOT',
  strict: true,
  isDeterministic: true,
  inferType: (args: readonly Argument[]) => {
    const type = argType(args, 0);
    if (args.length !== 1) return wrongCount('NOT', '1');
    if (type.root === 'NULL') return ILLEGAL_NULL;
    return type.root === 'BOOLEAN'
      ? withNullable(BOOLEAN, type.nullable)
      : misfit('NOT', args, [['BOOLEAN']], (name, types) => `${name}${types[0]}`);
  },
  implement: () => ({ evaluate: (a: boolean) => !a, inline: (a) => `!${a}` }),
  doc: toDoc(CATEGORY, [
    'NOT a',
    'The opposite; NULL stays NULL.',
    '取反；NULL 仍为 NULL。',
    ['NOT TRUE', 'FALSE'],
  ]),
};

export const logicFunctions: readonly ScalarFunction[] = [
  connective(
    'AND',
    'TRUE if all are; FALSE if one is, whatever the others; else NULL. Stops at the first FALSE.',
    '全部为 TRUE 时为 TRUE；有一个 FALSE 即为 FALSE；否则为 NULL。遇到 FALSE 即停止。',
    ['TRUE AND FALSE', 'FALSE'],
    ['TRUE AND CAST(NULL AS BOOLEAN)', null],
  ),
  connective(
    'OR',
    'TRUE if one is; FALSE if all are; else NULL. Stops at the first TRUE.',
    '有一个为 TRUE 即为 TRUE；全部为 FALSE 时为 FALSE；否则为 NULL。遇到 TRUE 即停止。',
    ['TRUE OR FALSE', 'TRUE'],
    ['FALSE OR CAST(NULL AS BOOLEAN)', null],
  ),
  not,
  postfix(
    'IS NULL',
    (a) => a === null,
    (a) => `${a} === null`,
    'Whether there is no value.',
    '是否没有值。',
    ['CAST(NULL AS INT) IS NULL', 'TRUE'],
  ),
  postfix(
    'IS NOT NULL',
    (a) => a !== null,
    (a) => `${a} !== null`,
    'Whether there is a value.',
    '是否有值。',
    ['1 IS NOT NULL', 'TRUE'],
  ),
  postfix(
    'IS TRUE',
    (a) => a === true,
    (a) => `${a} === true`,
    'Whether it is TRUE, never NULL.',
    '是否为 TRUE，结果不为 NULL。',
    ['CAST(NULL AS BOOLEAN) IS TRUE', 'FALSE'],
  ),
  postfix(
    'IS NOT TRUE',
    (a) => a !== true,
    (a) => `${a} !== true`,
    'Whether it is FALSE or unknown.',
    '是否为 FALSE 或未知。',
    ['CAST(NULL AS BOOLEAN) IS NOT TRUE', 'TRUE'],
  ),
  postfix(
    'IS FALSE',
    (a) => a === false,
    (a) => `${a} === false`,
    'Whether it is FALSE, never NULL.',
    '是否为 FALSE，结果不为 NULL。',
    ['FALSE IS FALSE', 'TRUE'],
  ),
  postfix(
    'IS NOT FALSE',
    (a) => a !== false,
    (a) => `${a} !== false`,
    'Whether it is TRUE or unknown.',
    '是否为 TRUE 或未知。',
    ['CAST(NULL AS BOOLEAN) IS NOT FALSE', 'TRUE'],
  ),
  postfix(
    'IS UNKNOWN',
    (a) => a === null,
    (a) => `${a} === null`,
    'Whether a condition is NULL.',
    '条件是否为 NULL。',
    ['CAST(NULL AS BOOLEAN) IS UNKNOWN', 'TRUE'],
  ),
  postfix(
    'IS NOT UNKNOWN',
    (a) => a !== null,
    (a) => `${a} !== null`,
    'Whether a condition is TRUE or FALSE.',
    '条件是否为 TRUE 或 FALSE。',
    ['TRUE IS NOT UNKNOWN', 'TRUE'],
  ),
];
