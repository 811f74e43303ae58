import { printRex } from '../../plan/print-rex.ts';
import { call, type Rex } from '../../plan/rex.ts';
import { stringHash } from '../../values/java-map.ts';
import { mergeRanges } from './simplify-ranges.ts';

/** From how many values on a look into a set is thought quicker than comparing one by one. */
const MANY = 4;
const MANY_FRACTIONS = 20;

/**
 * Comparisons of one value, a computed one too, with many literals become a set: `=` joined by OR, `<>` joined by AND (Flink's ConvertToNotInOrInRule).
 */
export const withInLists = (condition: Rex): Rex => collected(collected(condition, 'OR', '='), 'AND', '<>');

function collected(rex: Rex, joint: 'OR' | 'AND', comparison: '=' | '<>'): Rex {
  const inner = joint === 'OR' ? 'AND' : 'OR';
  const groups = new Map<string, Rex[]>();
  let isChanged = false;
  const made: Rex[] = [];
  for (const part of operandsOf(rex, joint)) {
    const compared =
      part.kind === 'Call' && part.operator === comparison ? comparedValue(part.operands) : null;
    if (compared !== null) {
      const text = printRex(compared, [], 'ast');
      const group = groups.get(text);
      if (group === undefined) groups.set(text, [part]);
      else group.push(part);
    } else if (part.kind === 'Call' && part.operator === inner) {
      const operands = part.operands.map((operand) => collected(operand, joint, comparison));
      const isSame = operands.every((operand, i) => operand === part.operands[i]);
      isChanged ||= !isSame;
      made.push(isSame ? part : { ...part, operands });
    } else made.push(part);
  }
  for (const group of inScalaOrder(groups)) {
    const merged = isMany(group) ? mergeRanges(group, joint, group.length, true) : group;
    isChanged ||= merged !== group;
    made.push(...merged);
  }
  if (!isChanged) return rex;
  return made.length === 1 ? made[0]! : call(joint, made, rex.type);
}

const operandsOf = (rex: Rex, joint: string): readonly Rex[] =>
  rex.kind === 'Call' && rex.operator === joint ? rex.operands.flatMap((o) => operandsOf(o, joint)) : [rex];

const comparedValue = ([a, b]: readonly Rex[]): Rex | null =>
  b!.kind === 'Literal' ? a! : a!.kind === 'Literal' ? b! : null;

function isMany(group: readonly Rex[]): boolean {
  const [first] = group;
  if (first?.kind !== 'Call') return false;
  const { root } = comparedValue(first.operands)!.type;
  return group.length >= (root === 'FLOAT' || root === 'DOUBLE' ? MANY_FRACTIONS : MANY);
}

/** As a mutable HashMap of Scala's hands its values out: from the last bucket to the first, in a bucket the newest first. */
function inScalaOrder<T>(byText: ReadonlyMap<string, T>): readonly T[] {
  let bits = 4;
  while (byText.size > 0.75 * 2 ** bits) bits++;
  return [...byText]
    .map(([text, value]) => ({ bucket: bucketOf(text, bits), value }))
    .toReversed()
    .sort((a, b) => b.bucket - a.bucket)
    .map(({ value }) => value);
}

function bucketOf(text: string, bits: number): number {
  const spread = Math.imul(reversedBytes(Math.imul(stringHash(text), 0x9e3775cd)), 0x9e3775cd);
  const turned = (spread >>> bits) | (spread << (32 - bits));
  return turned >>> (32 - bits);
}

const reversedBytes = (n: number): number =>
  (n << 24) | ((n & 0xff00) << 8) | ((n >>> 8) & 0xff00) | (n >>> 24);
