import { cellsOf } from '../../engine/engine-api.ts';
import type { Hot, Story } from './lineage.ts';
import { firstStepOfTurn, rowKindOf, type TraceIndex } from './trace-index.ts';

const LINKS_SHOWN = 14;

/** A story as a sentence with links: events by their number, changes by their step. */
export interface StoryWords {
  readonly kind: 'change' | 'changeOfNothing' | 'event' | 'eventWithoutEffect';
  /** The change, or the number of the event. */
  readonly subject: string;
  readonly links: readonly { readonly number: number; readonly position: number }[];
  /** How many of the links there is room for. */
  readonly shown: number;
  /** Number of the event that only moved the watermark or the clock; null for none. */
  readonly trigger: number | null;
}

/** The story of a change or an event in words; null for other things. */
export function storyWords(index: TraceIndex, hot: Hot, story: Story): StoryWords | null {
  if (hot.kind === 'change') {
    const links = [...story.inputs]
      .toSorted((a, b) => a - b)
      .map((input) => ({
        number: input + 1,
        position: firstStepOfTurn(index.run, input + 1) + 1,
      }));
    return {
      kind: links.length > 0 ? 'change' : 'changeOfNothing',
      subject: changeText(index, hot.change),
      links,
      shown: LINKS_SHOWN,
      trigger: story.trigger < 0 ? null : story.trigger + 1,
    };
  }
  if (hot.kind !== 'event') return null;
  const steps = new Set([...story.changes].map((change) => (index.changes.step[change] ?? 0) + 1));
  return {
    kind: steps.size > 0 ? 'event' : 'eventWithoutEffect',
    subject: String(hot.input + 1),
    links: [...steps].toSorted((a, b) => a - b).map((step) => ({ number: step, position: step })),
    shown: LINKS_SHOWN,
    trigger: null,
  };
}

function changeText({ changes, slice }: TraceIndex, change: number): string {
  const cells = cellsOf(slice, changes.row[change] ?? -1).map((cell) => cell ?? 'NULL');
  return `${rowKindOf(changes.kind[change])} [${cells.join(', ')}]`;
}
