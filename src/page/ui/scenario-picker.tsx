import { ChevronDown } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { scenarioOf } from '../store/document.ts';
import { useStore } from '../store/store.ts';
import styles from './scenario-list.module.css';

/** The list with its pop-up is the largest part of the header; the first paint shows its button only. */
const ScenarioList = lazy(async () => ({ default: (await import('./scenario-list.tsx')).ScenarioList }));

/** Chooses the story. */
export function ScenarioPicker() {
  return (
    <Suspense fallback={<Waiting />}>
      <ScenarioList />
    </Suspense>
  );
}

function Waiting() {
  const title = useStore((facts) => scenarioOf(facts.scenarioId)?.title[facts.language] ?? '');
  return (
    <button type="button" className={styles['button']} disabled>
      <span className={styles['value']}>{title}</span>
      <ChevronDown size={14} aria-hidden="true" />
    </button>
  );
}
