import type { Logger } from "../logger/logger.ts";

const quietMs = 5_000;
const longestSilenceMs = 30_000;

/**
 * Creates a function that logs the progress of a slow download. The first message appears after 5
 * seconds. Further messages follow after each tenth of the file, and at least every half minute.
 */
export function progressReporter(log: Pick<Logger, "info">, clock: { now(): number }) {
  const start = clock.now();
  let [reported, tenth] = [start, 0];
  return (bytes: number, total: number | undefined): void => {
    const now = clock.now();
    const reached = total ? Math.floor((10 * bytes) / total) : 0;
    const isDue =
      now - start >= quietMs && (reported === start || reached > tenth || now - reported >= longestSilenceMs);
    if (!isDue || bytes === total) return;
    [reported, tenth] = [now, reached];
    log.info(progressText(bytes, total, now - start));
  };
}

function progressText(bytes: number, total: number | undefined, ms: number): string {
  const speed = `${sizeText((1000 * bytes) / ms)}/s`;
  if (!total) return `${sizeText(bytes)}, ${speed}`;
  return `${Math.floor((100 * bytes) / total)} % of ${sizeText(total)}, ${speed}`;
}

/** Formats a size with powers of 1000: `512 B`, `45.3 MB`. */
export function sizeText(bytes: number): string {
  const units = ["B", "kB", "MB", "GB"];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  return `${(bytes / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}
