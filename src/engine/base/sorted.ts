/** How many of the first `length` numbers of an ascending list are at most `value`: the place behind the last of them. */
export function upperBound(list: ArrayLike<number>, value: number, length = list.length): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((list[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
