import type { Row, Value } from '../types/logical-type.ts';

type Cell<A, B> = (a: A, b: B) => Value;

/** Makes a row of what its cells give, for where no code may be generated: written out in one go for few columns, which costs half as much as filling an array. */
export function rowMaker<A, B>(cells: readonly Cell<A, B>[]): (a: A, b: B) => Row {
  const [c0, c1, c2, c3, c4, c5, c6, c7] = cells as readonly [
    Cell<A, B>,
    Cell<A, B>,
    Cell<A, B>,
    Cell<A, B>,
    Cell<A, B>,
    Cell<A, B>,
    Cell<A, B>,
    Cell<A, B>,
  ];
  switch (cells.length) {
    case 1:
      return (a, b) => [c0(a, b)];
    case 2:
      return (a, b) => [c0(a, b), c1(a, b)];
    case 3:
      return (a, b) => [c0(a, b), c1(a, b), c2(a, b)];
    case 4:
      return (a, b) => [c0(a, b), c1(a, b), c2(a, b), c3(a, b)];
    case 5:
      return (a, b) => [c0(a, b), c1(a, b), c2(a, b), c3(a, b), c4(a, b)];
    case 6:
      return (a, b) => [c0(a, b), c1(a, b), c2(a, b), c3(a, b), c4(a, b), c5(a, b)];
    case 7:
      return (a, b) => [c0(a, b), c1(a, b), c2(a, b), c3(a, b), c4(a, b), c5(a, b), c6(a, b)];
    case 8:
      return (a, b) => [c0(a, b), c1(a, b), c2(a, b), c3(a, b), c4(a, b), c5(a, b), c6(a, b), c7(a, b)];
    default:
      return (a, b) => cells.map((cell) => cell(a, b));
  }
}
