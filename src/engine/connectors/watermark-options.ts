import { SqlError } from '../base/diagnostic.ts';
import { Config } from '../catalog/config.ts';

type Options = ReadonlyMap<string, string>;

const GROUP = 'scan.watermark.alignment.group';
const DRIFT = 'scan.watermark.alignment.max-drift';
const INTERVAL = 'scan.watermark.alignment.update-interval';
const STRATEGY = 'scan.watermark.emit.strategy';
const IDLE = 'scan.watermark.idle-timeout';

/** What any table may say about its watermarks. */
export const WATERMARK_OPTIONS = [GROUP, DRIFT, INTERVAL, STRATEGY, IDLE];

const ALIGNMENT = `'${GROUP}' and '${DRIFT}' must be set when configuring watermark alignment`;

/** Flink's complaints about values that cannot be read, outermost first. */
function unreadable(options: Options): readonly string[] | null {
  const config = new Config(options);
  const reads: readonly (readonly [string, () => void])[] = [
    [
      STRATEGY,
      () =>
        config.oneOf(STRATEGY, 'org.apache.flink.table.watermark.WatermarkEmitStrategy', [
          'on-event',
          'on-periodic',
        ]),
    ],
    ...[DRIFT, INTERVAL, IDLE].map((key) => [key, () => void config.durationMs(key, 0)] as const),
  ];
  for (const [key, read] of reads) {
    try {
      read();
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      return [`ValidationException: Invalid value for option '${key}'.`, ...error.diagnostic.chain];
    }
  }
  return null;
}

const isHalfAligned = (options: Options): boolean =>
  [GROUP, DRIFT, INTERVAL].some((key) => options.has(key)) && !(options.has(GROUP) && options.has(DRIFT));

/** What Flink says of the watermark options of a table (`FactoryUtil.validateWatermarkOptions`), outermost first; null if they are well. */
export function refusedWatermarkOptions(options: Options, connector: string): readonly string[] | null {
  const complaint = `ValidationException: Error configuring watermark for '${connector}', ${ALIGNMENT}`;
  return unreadable(options) ?? (isHalfAligned(options) ? [complaint] : null);
}

/** The same of those in a hint, which are looked at before and alone. */
export function refusedWatermarkHint(options: Options): readonly string[] | null {
  return unreadable(options) ?? (isHalfAligned(options) ? [`AssertionError: ${ALIGNMENT}`] : null);
}

/** How long a source whose watermarks are its own waits for a partition, in milliseconds: as its options say, else as `globalMs`. */
export const idleTimeoutMs = (options: Options, globalMs: number): number =>
  new Config(options).durationMs(IDLE, globalMs);

/** What a plan says of a source that makes its watermarks itself, beside the watermark and the idle timeout. */
export function watermarkStrategy(options: Options): readonly string[] {
  const config = new Config(options);
  const interval = config.durationMs(INTERVAL, 1000);
  const aligned = `${options.get(GROUP)}, ${javaDuration(config.durationMs(DRIFT, 0))}, ${javaDuration(interval)}`;
  return [
    `watermarkEmitStrategy=[${(options.get(STRATEGY) ?? 'on-periodic').toLowerCase()}]`,
    ...(options.has(GROUP) && options.has(DRIFT) ? [`watermarkAlignment=[${aligned}]`] : []),
  ];
}

/** `PT1H30M0.5S`: as `java.time.Duration` prints itself. */
function javaDuration(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const rest = (ms / 1000) % 60;
  const parts = [
    [Math.floor(seconds / 3600), 'H'],
    [Math.floor((seconds % 3600) / 60), 'M'],
    [rest, 'S'],
  ] as const;
  return `PT${
    parts
      .filter(([n]) => n !== 0)
      .map(([n, unit]) => `${n}${unit}`)
      .join('') || '0S'
  }`;
}
