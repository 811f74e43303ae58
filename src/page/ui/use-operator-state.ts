import { useEffect, useState } from 'react';
import type { OperatorInfo, OperatorState } from '../../engine/engine-api.ts';
import { stateAt } from '../store/run.ts';

/** Asks for the state once the playhead rests; until the answer comes, the last one stands. */
export function useOperatorState(
  runId: number,
  position: number,
  operator: OperatorInfo | undefined,
): OperatorState | null {
  const [state, setState] = useState<OperatorState | null>(null);
  const id = operator?.isStateful ? operator.id : -1;
  useEffect(() => {
    if (id < 0) return;
    let isWanted = true;
    const timer = setTimeout(() => {
      void stateAt(runId, position).then((states) => {
        if (isWanted) setState(states.find((candidate) => candidate.operator === id) ?? null);
      });
    }, 30);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [runId, position, id]);
  return state?.operator === id ? state : null;
}
