import type { Run } from '../../engine/engine-api.ts';
import { CancelledError } from '../worker/engine-client.ts';
import { client } from './engine.ts';
import { useStore } from './store.ts';

/** Asks where the changes of a run came from as soon as something is pointed at. */
export function watchLineage(): () => void {
  return useStore.subscribe(
    ({ hot, result }) => (hot === null ? null : (result?.run ?? null)),
    (run) => {
      if (run && useStore.getState().lineage?.run !== run) void fetchLineage(run);
    },
  );
}

async function fetchLineage(run: Run): Promise<void> {
  try {
    const found = await client.lineage(run.runId);
    if (useStore.getState().result?.run === run) useStore.setState({ lineage: { run, found } });
  } catch (error) {
    // Another run has taken its place, and is asked about when it is pointed at.
    if (!(error instanceof CancelledError)) throw error;
  }
}
