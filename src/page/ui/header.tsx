import { Ban, CircleHelp, Languages, Moon, Play, RotateCcw, Share2, Sun } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { isEdited, scenarioOf, setSql } from '../store/document.ts';
import { setLanguage, setTheme } from '../store/keep.ts';
import { runNow } from '../store/run.ts';
import { copyShareLink, resetScenario } from '../store/start.ts';
import { useStore } from '../store/store.ts';
import { toggleHelp } from '../store/view.ts';
import { Button } from './controls/button.tsx';
import styles from './header.module.css';
import { ScenarioPicker } from './scenario-picker.tsx';

/** The offer to try what Flink refuses in this story. */
function Refused() {
  const { t } = useTranslation();
  const refused = useStore((facts) => scenarioOf(facts.scenarioId)?.refused);
  const isShown = useStore((facts) => facts.sql === refused);
  if (refused === undefined || isShown) return null;
  return (
    <Button look="ghost" label={t('app.refusedHint')} onPress={() => setSql(refused)}>
      <Ban size={14} />
      <span className={styles['wide']}>{t('app.refused')}</span>
    </Button>
  );
}

/** What story it is, and what can be done with it as a whole. */
export function Header() {
  const { t } = useTranslation();
  const theme = useStore((facts) => facts.theme);
  const language = useStore((facts) => facts.language);
  const edited = useStore(isEdited);
  const isMac = navigator.platform.startsWith('Mac');
  return (
    <header className={styles['header']}>
      <h1 className={styles['name']}>
        <img src="favicon.svg" alt="" width="20" height="20" />
        <span className={styles['wide']}>{t('app.name')}</span>
      </h1>
      <ScenarioPicker />
      <Refused />
      {edited && (
        <Button look="ghost" label={t('app.resetHint')} onPress={resetScenario}>
          <RotateCcw size={14} />
          <span className={styles['wide']}>{t('app.reset')}</span>
        </Button>
      )}
      <span className={styles['space']} />
      <Button look="primary" label={t('app.run')} onPress={() => runNow()}>
        <Play size={14} />
        <span className={styles['wide']}>{t('app.run')}</span>
        <kbd className={styles['wide']}>{isMac ? '⌘↵' : 'Ctrl ↵'}</kbd>
      </Button>
      <Button label={t('app.share')} onPress={() => void copyShareLink()}>
        <Share2 size={14} />
        <span className={styles['wide']}>{t('app.share')}</span>
      </Button>
      <Button label={t('app.language')} onPress={() => setLanguage(language === 'en' ? 'zh' : 'en')}>
        <Languages size={14} />
        <span className={styles['wide']}>{t('app.language')}</span>
      </Button>
      <Button
        label={t('app.theme')}
        isPressed={theme === 'dark'}
        onPress={() => setTheme(theme === 'dark' ? 'light' : 'dark')}
      >
        {theme === 'dark' ? <Sun size={14} /> : <Moon size={14} />}
      </Button>
      <span className={styles['wide']}>
        <Button label={t('app.help')} onPress={toggleHelp}>
          <CircleHelp size={14} />
        </Button>
      </span>
    </header>
  );
}
