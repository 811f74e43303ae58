import type { ScalarFunction } from './function-definition.ts';
import { arithmeticFunctions, percentRemainder } from './scalar/arithmetic.ts';
import { collectionFunctions } from './scalar/collections.ts';
import { comparisonFunctions } from './scalar/comparison.ts';
import { conditionalFunctions } from './scalar/conditional.ts';
import { hashAndUrlFunctions } from './scalar/hash-url.ts';
import { jsonFunctions } from './scalar/json.ts';
import { logicFunctions } from './scalar/logic.ts';
import { mathFunctions } from './scalar/math.ts';
import { textFunctions } from './scalar/text.ts';
import { encodingFunctions } from './scalar/text-encoding.ts';
import { textPartFunctions } from './scalar/text-parts.ts';
import { patternFunctions } from './scalar/text-patterns.ts';
import { timeFunctions } from './scalar/time.ts';

const FUNCTIONS: readonly ScalarFunction[] = [
  ...logicFunctions,
  ...comparisonFunctions,
  ...arithmeticFunctions,
  ...conditionalFunctions,
  ...textFunctions,
  ...textPartFunctions,
  ...patternFunctions,
  ...encodingFunctions,
  ...mathFunctions,
  ...timeFunctions,
  ...collectionFunctions,
  ...jsonFunctions,
  ...hashAndUrlFunctions,
];

const BY_NAME: ReadonlyMap<string, ScalarFunction> = new Map([
  ...FUNCTIONS.flatMap((fn) => [fn.name, ...(fn.aliases ?? [])].map((name) => [name, fn] as const)),
  ['%', percentRemainder] as const,
]);

/** The function or operator of a name (upper case) or alias. */
export function lookupFunction(name: string): ScalarFunction | undefined {
  return BY_NAME.get(name);
}

/** Every scalar function and operator, for completion and documentation. */
export function allFunctions(): readonly ScalarFunction[] {
  return FUNCTIONS;
}
