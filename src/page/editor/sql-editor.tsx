import { lazy, Suspense, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './editor.module.css';
import { PlainEditor } from './plain-editor.tsx';

const LazyMonaco = lazy(async () => {
  // Monaco reads its own words once, when it loads: the catalogue has to be there first.
  if (document.documentElement.lang.startsWith('zh')) await import('monaco-editor/nls/lang/zh-cn');
  const { MonacoEditor } = await import('./monaco-editor.tsx');
  return { default: MonacoEditor };
});

/** The editor that suits the device. */
export function SqlEditor({ isTouch }: { readonly isTouch: boolean }) {
  const { t } = useTranslation();
  const isPainted = usePainted();
  if (isTouch) return <PlainEditor />;
  const waiting = <p className={styles['waiting']}>{t('editor.loading')}</p>;
  if (!isPainted) return waiting;
  return (
    <Suspense fallback={waiting}>
      <LazyMonaco label={t('editor.label')} />
    </Suspense>
  );
}

/** Becomes true after the first paint: the editor's 860 kB shall not compete with it. */
function usePainted(): boolean {
  const [isPainted, setPainted] = useState(false);
  useEffect(() => {
    const frame = requestAnimationFrame(() => setTimeout(() => setPainted(true), 0));
    return () => cancelAnimationFrame(frame);
  }, []);
  return isPainted;
}
