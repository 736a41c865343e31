/** Formats a time, as `process.hrtime` returns it, like `console.timeEnd`: `1.5ms`, `2.000s`, `1:02.345 (m:ss.mmm)`. */
export function durationOf([seconds, nanoseconds]: readonly [number, number]): string {
  const all = seconds * 1000 + nanoseconds / 1e6;
  if (all < 1000) {
    return `${Number(all.toFixed(3))}ms`;
  }
  const hours = Math.floor(all / 3_600_000);
  const minutes = Math.floor((all % 3_600_000) / 60_000);
  const rest = ((all % 60_000) / 1000).toFixed(3);
  if (hours === 0 && minutes === 0) {
    return `${rest}s`;
  }
  const clock = hours === 0 ? `${minutes}` : `${hours}:${`${minutes}`.padStart(2, "0")}`;
  return `${clock}:${rest.padStart(6, "0")} (${hours === 0 ? "" : "h:m"}m:ss.mmm)`;
}
