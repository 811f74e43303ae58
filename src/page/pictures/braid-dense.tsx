import { useEffect, useMemo, useRef } from 'react';
import { clockMsOf, type StepColumns, StepFlag, stepFlags } from '../../engine/engine-api.ts';
import type { Theme } from '../theme/theme.ts';
import { tokenValue } from '../theme/theme.ts';
import { densityAt, eventDensity } from '../view-model/braid-density.ts';
import type { BraidFrame } from '../view-model/braid-frame.ts';
import { xOf } from '../view-model/ruler.ts';
import styles from './braid.module.css';

interface DenseProps {
  readonly frame: BraidFrame;
  readonly steps: StepColumns;
  readonly playheadX: number;
  readonly theme: Theme;
}

/**
 * Thousands of rows: drawn once as they look before they arrive and once as they look after, then shown from both, left and right of the playhead. One
 * canvas that changes its content costs a browser less than parts that move: nothing is laid out or layered anew.
 */
export function DenseArrivals({ frame, steps, playheadX, theme }: DenseProps) {
  const shown = useRef<HTMLCanvasElement>(null);
  const height = frame.arrivalRulerY;
  const pictures = useMemo(
    () => ({
      theme,
      accent: tokenValue('--accent'),
      toCome: picture(frame, null),
      arrived: picture(frame, steps),
    }),
    [frame, steps, theme],
  );
  useEffect(() => show(shown.current, pictures, playheadX), [pictures, playheadX]);
  return (
    <canvas
      ref={shown}
      className={styles['dense']}
      width={pictures.arrived.width}
      height={pictures.arrived.height}
      style={{ width: frame.width, height }}
      aria-hidden="true"
    />
  );
}

interface Pictures {
  /** Whose colours they have. */
  readonly theme: Theme;
  readonly toCome: HTMLCanvasElement;
  readonly arrived: HTMLCanvasElement;
  readonly accent: string;
}

const pixelRatio = (): number => Math.min(2, devicePixelRatio);

function show(
  canvas: HTMLCanvasElement | null,
  { toCome, arrived, accent }: Pictures,
  playheadX: number,
): void {
  const context = canvas?.getContext('2d');
  if (!canvas || !context) return;
  const { width, height } = canvas;
  const ratio = pixelRatio();
  const x = Math.min(width, Math.max(0, Math.round(playheadX * ratio)));
  context.clearRect(0, 0, width, height);
  if (x > 0) context.drawImage(arrived, 0, 0, x, height, 0, 0, x, height);
  if (x < width) context.drawImage(toCome, x, 0, width - x, height, x, 0, width - x, height);
  context.fillStyle = accent;
  context.fillRect((playheadX - 0.75) * ratio, 4 * ratio, 1.5 * ratio, height);
}

function picture(frame: BraidFrame, steps: StepColumns | null): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  const ratio = pixelRatio();
  canvas.width = frame.width * ratio;
  canvas.height = frame.arrivalRulerY * ratio;
  const context = canvas.getContext('2d');
  if (context) draw(context, ratio, frame, steps);
  return canvas;
}

function draw(
  context: CanvasRenderingContext2D,
  ratio: number,
  frame: BraidFrame,
  steps: StepColumns | null,
): void {
  const dot = new Path2D();
  dot.arc(0, 0, 3.5, 0, Math.PI * 2);
  context.globalAlpha = steps ? 0.55 : 0.35;
  context.fillStyle = tokenValue('--k-ins');
  context.strokeStyle = tokenValue('--fg-mut');
  // Rows that fall on the same pixel are drawn once.
  const drawn = new Set<number>();
  for (let input = 0; input < frame.arrivalX.length; input++) {
    const x = frame.arrivalX[input] ?? 0;
    const lane = frame.laneOf[input] ?? 0;
    const pixel = lane * 100_000 + Math.round(x * 2);
    if (x < frame.gutter - 5 || x > frame.width || drawn.has(pixel)) continue;
    drawn.add(pixel);
    context.setTransform(ratio, 0, 0, ratio, x * ratio, (frame.lanes[lane]?.y ?? 0) * ratio);
    // eslint-disable-next-line unicorn/no-array-fill-with-reference-type -- a canvas is no array
    if (steps) context.fill(dot);
    else context.stroke(dot);
  }
  if (steps) drawOutputs(context, ratio, frame, steps);
}

/** Of a step's changes only their sort is known for the whole of a long run: a square for what is added, a triangle for an update. */
function drawOutputs(
  context: CanvasRenderingContext2D,
  ratio: number,
  frame: BraidFrame,
  steps: StepColumns,
): void {
  const added = { path: new Path2D('M-4,-4h8v8h-8Z'), color: tokenValue('--k-ins') };
  const updated = { path: new Path2D('M-4,-4.5L4.5,0L-4,4.5Z'), color: tokenValue('--k-upd') };
  const drawn = new Set<number>();
  for (let step = 0; step < steps.count; step++) {
    const flags = stepFlags(steps, step);
    if ((flags & StepFlag.OUTPUT) === 0) continue;
    const isUpdate = (flags & StepFlag.RETRACTION) !== 0;
    const x = xOf(frame.arrival, clockMsOf(steps, step) - frame.startMs);
    const pixel = Math.round(x * 2) * 2 + Number(isUpdate);
    if (x < frame.gutter - 5 || x > frame.width || drawn.has(pixel)) continue;
    drawn.add(pixel);
    const { path, color } = isUpdate ? updated : added;
    context.setTransform(ratio, 0, 0, ratio, x * ratio, frame.outputY * ratio);
    context.fillStyle = color;
    context.fill(path);
  }
}

interface DensityProps {
  readonly frame: BraidFrame;
  /** Steps done. */
  readonly position: number;
}

/** Event times of thousands of rows: how many belong to each moment, and how many of them have arrived. */
export function EventDensity({ frame, position }: DensityProps) {
  const density = useMemo(() => eventDensity(frame), [frame]);
  if (!density) return null;
  const base = frame.eventY + 14;
  const heights = (counts: ArrayLike<number>): string => {
    let path = '';
    for (let bin = 0; bin < density.x.length; bin++) {
      const count = counts[bin] ?? 0;
      if (count > 0) path += `M${density.x[bin]},${base}v${-Math.max(2, (count / density.max) * 26)}`;
    }
    return path;
  };
  return (
    <g className={styles['eventDensity']} aria-hidden="true">
      <path d={heights(density.total)} data-part="total" strokeWidth={density.binWidth} />
      <path d={heights(densityAt(density, position))} data-part="arrived" strokeWidth={density.binWidth} />
    </g>
  );
}
