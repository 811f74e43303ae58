import { partitionsOf } from '../connectors/connectors.ts';
import { watermarkStrategy } from '../connectors/watermark-options.ts';
import { astLine } from './explain-ast.ts';
import type { LogicalJoin, LogicalMatch, LogicalNode, LogicalScan } from './logical.ts';
import { inputsOf } from './logical.ts';
import { matchText } from './match-text.ts';
import { printRex } from './print-rex.ts';
import type { Rex } from './rex.ts';

/** A temporal join as Flink's logical plan shows it, for refusals that quote it. `period`: the left column of FOR SYSTEM_TIME AS OF. */
export function temporalJoinTree(join: LogicalJoin, period: number): string {
  const [left, right] = join.inputs;
  const head = `FlinkLogicalJoin(condition=[${printRex(join.condition, [], 'ast')}], joinType=[${join.joinType}])`;
  const snapshot = `  FlinkLogicalSnapshot(period=[$cor${join.snapshot}.${left.fields[period]!.name}])`;
  return `${[head, ...lines(left, '  '), snapshot, ...lines(right, '    ')].join('\n')}\n\n`;
}

/** A MATCH_RECOGNIZE and what is below it, as Flink's logical plan shows it, for refusals that quote it. */
export function matchTree(match: LogicalMatch): string {
  const texts: string[] = [];
  const visit = (node: LogicalNode, head: string, tail: string): void => {
    texts.push(head + line(node));
    const inputs = inputsOf(node);
    inputs.forEach((input, i) => {
      const isLast = i === inputs.length - 1;
      visit(input, `${tail}${isLast ? '+- ' : ':- '}`, `${tail}${isLast ? '   ' : ':  '}`);
    });
  };
  visit(match, '', '');
  return `${texts.join('\n')}\n`;
}

function lines(node: LogicalNode, indent: string): string[] {
  // Sources with partitions have been given their watermarks by then.
  if (
    node.kind === 'WatermarkAssigner' &&
    node.input.kind === 'Scan' &&
    partitionsOf(node.input.table) !== null
  ) {
    const names = node.fields.map((f) => f.name);
    const watermark = `watermark=[${printRex(node.watermark, names, 'prefix')}]`;
    return [indent + scanLine(node.input, [watermark, ...watermarkStrategy(node.input.table.options)])];
  }
  return [indent + line(node), ...inputsOf(node).flatMap((input) => lines(input, `${indent}  `))];
}

const scanLine = ({ table, fields }: LogicalScan, more: readonly string[]): string =>
  `FlinkLogicalTableSourceScan(table=[[${[...table.path, ...more].join(', ')}]], fields=[${fields.map((f) => f.name).join(', ')}])`;

function line(node: LogicalNode): string {
  switch (node.kind) {
    case 'Scan':
      return scanLine(node, []);
    case 'WatermarkAssigner':
      return `FlinkLogicalWatermarkAssigner(rowtime=[${node.fields[node.rowtime]!.name}], watermark=[${printRex(node.watermark, [], 'ast')}])`;
    case 'Calc': {
      const names = node.input.fields.map((f) => f.name);
      const print = (rex: Rex): string => printRex(rex, names, 'prefix');
      const select = node.exprs.map((e, i) => {
        const text = print(e);
        const { name } = node.fields[i]!;
        return text === name ? text : `${text} AS ${name}`;
      });
      return `FlinkLogicalCalc(select=[${select.join(', ')}]${node.condition ? `, where=[${print(node.condition)}]` : ''})`;
    }
    case 'Match':
      return `FlinkLogical${matchText(node, (rex) => printRex(rex, [], 'ast'))}`;
    case 'Aggregate':
    case 'Join':
    case 'WindowTable':
      return `Flink${astLine(node)}`;
    default:
      return `FlinkLogical${node.kind}`;
  }
}
