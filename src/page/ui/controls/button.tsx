import type { ReactNode } from 'react';
import styles from './button.module.css';

interface ButtonProps {
  readonly onPress: () => void;
  readonly children: ReactNode;
  /** Needed where the button shows only an icon. */
  readonly label?: string;
  readonly look?: 'plain' | 'primary' | 'ghost';
  readonly isDisabled?: boolean;
  readonly isPressed?: boolean;
}

/** The one button of the page. */
export function Button({ onPress, children, label, look = 'plain', isDisabled, isPressed }: ButtonProps) {
  return (
    <button
      type="button"
      className={styles['button']}
      data-look={look}
      onClick={onPress}
      disabled={isDisabled}
      aria-label={label}
      aria-pressed={isPressed}
      title={label}
    >
      {children}
    </button>
  );
}
