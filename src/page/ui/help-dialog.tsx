import { X } from 'lucide-react';
import { Dialog } from 'react-aria-components/Dialog';
import { Heading } from 'react-aria-components/Heading';
import { I18nProvider } from 'react-aria-components/I18nProvider';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import { useTranslation } from 'react-i18next';
import { SCENARIOS } from '../../content/scenarios/index.ts';
import { useStore } from '../store/store.ts';
import { toggleHelp } from '../store/view.ts';
import { Button } from './controls/button.tsx';
import styles from './help-dialog.module.css';

const KEYS = [
  ['play', ['Space']],
  ['step', ['←', '→']],
  ['marker', ['Shift ←', 'Shift →']],
  ['ends', ['Home', 'End']],
  ['speed', ['[', ']']],
  ['run', ['Ctrl/⌘ Enter']],
  ['pane', ['F6', 'Shift F6']],
  ['complete', ['Ctrl Space']],
  ['fix', ['Ctrl/⌘ .']],
  ['define', ['F12']],
  ['format', ['Shift Alt F']],
  ['outline', ['Ctrl/⌘ Shift O']],
  ['tab', ['Ctrl M']],
  ['drag', ['←', '→']],
  ['help', ['?']],
] as const;

/** The keyboard, and what the scenario is about. */
export function HelpDialog() {
  const { t } = useTranslation();
  const language = useStore((facts) => facts.language);
  const scenarioId = useStore((facts) => facts.scenarioId);
  const scenario = SCENARIOS.find(({ id }) => id === scenarioId);
  return (
    <I18nProvider locale={language === 'zh' ? 'zh-CN' : 'en-US'}>
      <ModalOverlay
        className={styles['overlay'] ?? ''}
        isOpen
        isDismissable
        onOpenChange={(isOpen) => isOpen || toggleHelp()}
      >
        <Modal className={styles['modal'] ?? ''}>
          <Dialog className={styles['dialog'] ?? ''}>
            <div className={styles['head']}>
              <Heading slot="title">{t('help.title')}</Heading>
              <Button look="ghost" label={t('app.close')} onPress={toggleHelp}>
                <X size={16} />
              </Button>
            </div>
            <p>{t('help.intro')}</p>
            <dl>
              {KEYS.map(([what, keys]) => (
                <div key={what}>
                  <dt>
                    {keys.map((key) => (
                      <kbd key={key}>{key}</kbd>
                    ))}
                  </dt>
                  <dd>{t(`help.${what}`)}</dd>
                </div>
              ))}
            </dl>
            {scenario && (
              <>
                <h3>{scenario.title[language]}</h3>
                <p>{scenario.about[language]}</p>
                {scenario.since && <p>{scenario.since[language]}</p>}
              </>
            )}
          </Dialog>
        </Modal>
      </ModalOverlay>
    </I18nProvider>
  );
}
