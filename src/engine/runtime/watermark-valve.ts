interface Channel {
  watermark: number;
  isIdle: boolean;
  /** A channel that was idle counts again once it has caught up with what has been sent. */
  isAligned: boolean;
}

export interface WatermarkValve {
  watermark(channel: number, ms: number): void;
  idle(channel: number, isIdle: boolean): void;
  snapshot(): unknown;
  restore(state: unknown): void;
}

/** The channels of one input, as a union has them: the least watermark over active and aligned ones (Flink's StatusWatermarkValve); never goes back. */
export function watermarkValve(
  count: number,
  emit: (ms: number) => void,
  emitIdle: (isIdle: boolean) => void,
): WatermarkValve {
  let channels: Channel[] = Array.from({ length: count }, () => ({
    watermark: -Infinity,
    isIdle: false,
    isAligned: true,
  }));
  let last = -Infinity;
  let isIdle = false;
  const send = (ms: number): void => {
    if (ms <= last) return;
    last = ms;
    emit(ms);
  };
  const leastAligned = (): void => {
    let least = Infinity;
    for (let i = 0; i < channels.length; i++) {
      const { isAligned, watermark } = channels[i]!;
      if (isAligned && watermark < least) least = watermark;
    }
    if (least < Infinity) send(least);
  };
  return {
    watermark(i, ms) {
      const channel = channels[i]!;
      if (channel.isIdle || ms <= channel.watermark) return;
      channel.watermark = ms;
      if (!channel.isAligned && ms >= last) channel.isAligned = true;
      leastAligned();
    },
    idle(i, becomesIdle) {
      const channel = channels[i]!;
      if (channel.isIdle === becomesIdle) return;
      channel.isIdle = becomesIdle;
      if (becomesIdle) {
        channel.isAligned = false;
        if (channels.every((c) => c.isIdle)) {
          if (channel.watermark === last) send(Math.max(...channels.map((c) => c.watermark)));
          if (!isIdle) {
            isIdle = true;
            emitIdle(true);
          }
        } else if (channel.watermark === last) leastAligned();
      } else {
        if (channel.watermark >= last) channel.isAligned = true;
        if (isIdle) {
          isIdle = false;
          emitIdle(false);
        }
      }
    },
    snapshot: () => ({ channels: channels.map((c) => ({ ...c })), last, isIdle }),
    restore(state) {
      const saved = state as { channels: Channel[]; last: number; isIdle: boolean };
      channels = saved.channels.map((c) => ({ ...c }));
      last = saved.last;
      isIdle = saved.isIdle;
    },
  };
}

/**
 * The inputs of an operator, two if it does not say more: the least watermark over those that are not idle, or the furthest if all are (Flink's
 * CombinedWatermarkStatus); never goes back.
 */
export function combinedWatermarks(
  emit: (ms: number) => void,
  emitIdle: (isIdle: boolean) => void,
  count = 2,
): WatermarkValve {
  let inputs = Array.from({ length: count }, () => ({ watermark: -Infinity, isIdle: false }));
  let last = -Infinity;
  let isIdle = false;
  // Rows bring watermarks as often as not, so this is in their way.
  const combine = (): void => {
    let least = Infinity;
    let furthest = -Infinity;
    isIdle = true;
    for (let i = 0; i < inputs.length; i++) {
      const input = inputs[i]!;
      if (input.watermark > furthest) furthest = input.watermark;
      if (input.isIdle) continue;
      isIdle = false;
      if (input.watermark < least) least = input.watermark;
    }
    const combined = isIdle ? furthest : least;
    if (combined <= last) return;
    last = combined;
    emit(combined);
  };
  return {
    watermark(i, ms) {
      const input = inputs[i]!;
      input.isIdle = false;
      if (ms > input.watermark) input.watermark = ms;
      combine();
    },
    idle(i, becomesIdle) {
      const wasIdle = isIdle;
      inputs[i]!.isIdle = becomesIdle;
      combine();
      if (isIdle !== wasIdle) emitIdle(becomesIdle);
    },
    snapshot: () => ({ inputs: inputs.map((input) => ({ ...input })), last, isIdle }),
    restore(state) {
      const saved = state as { inputs: typeof inputs; last: number; isIdle: boolean };
      inputs = saved.inputs.map((input) => ({ ...input }));
      last = saved.last;
      isIdle = saved.isIdle;
    },
  };
}
