import { useMemo } from 'react';
import type { BraidHandlers } from '../pictures/braid.tsx';
import { Plane } from '../pictures/plane.tsx';
import type { BraidFrame } from '../view-model/braid-frame.ts';
import type { BraidView } from '../view-model/braid-view.ts';
import type { Story } from '../view-model/lineage.ts';
import { planeBands, planeDust, planeFrame, planePoints } from '../view-model/plane-view.ts';
import type { TraceIndex } from '../view-model/trace-index.ts';

interface PlaneViewProps {
  readonly frame: BraidFrame;
  readonly view: BraidView;
  readonly index: TraceIndex;
  readonly position: number;
  readonly ids: readonly number[];
  readonly names: (input: number) => string;
  readonly story: Story | null;
  readonly label: string;
  readonly handlers: BraidHandlers;
  readonly delays: ReadonlyMap<string, number>;
  readonly onDelay: (table: string, ms: number) => void;
}

const HEIGHT = { least: 190, most: 330, share: 0.3 };

/** Event time against arrival, from what the braid shows. */
export function PlaneView({ frame, view, index, ...rest }: PlaneViewProps) {
  const height = Math.round(Math.min(HEIGHT.most, Math.max(HEIGHT.least, innerHeight * HEIGHT.share)));
  const plane = useMemo(() => planeFrame(frame, index, height), [frame, index, height]);
  if (!plane) return null;
  return (
    <Plane
      frame={plane}
      points={planePoints(plane, view, index)}
      bands={planeBands(plane, view, index)}
      dust={frame.isDense ? planeDust(plane, frame, index, rest.position) : ''}
      playheadX={view.playheadX}
      {...rest}
    />
  );
}
