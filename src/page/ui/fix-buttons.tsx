import { Wrench } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Fix } from '../../engine/base/diagnostic.ts';
import { setSql } from '../store/document.ts';
import { useStore } from '../store/store.ts';
import { withFix } from '../view-model/problems.ts';
import { Button } from './controls/button.tsx';

/** What puts a mistake right, each with one press. The fixes are of the script in the editor. */
export function FixButtons({ fixes = [] }: { readonly fixes?: readonly Fix[] | undefined }) {
  const { t } = useTranslation();
  return fixes.map((fix) => (
    <Button key={fix.text} onPress={() => setSql(withFix(useStore.getState().sql, fix))}>
      <Wrench size={14} /> {t(`editor.fix.${fix.kind}`, { text: fix.text })}
    </Button>
  ));
}
