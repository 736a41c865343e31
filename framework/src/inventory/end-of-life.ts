import type { Release } from "./release.ts";

const day = 24 * 60 * 60 * 1000;
const warnDays = 30;

/**
 * Returns the warning about a release whose support has ended or ends within a month. Returns
 * undefined for any other release. `now` is the time in milliseconds since 1970.
 */
export function endOfLifeWarning({ name, version, endOfLife }: Release, now: number): string | undefined {
  if (endOfLife === undefined) return undefined;
  const left = Date.parse(endOfLife) - now;
  if (left > warnDays * day) return undefined;
  const date = endOfLife.slice(0, 10);
  if (left <= 0)
    return `${name} ${version} reached its end of life on ${date}: it no longer gets fixes. Use a newer version.`;
  const days = Math.ceil(left / day);
  return `${name} ${version} reaches its end of life on ${date}, in ${days} ${days === 1 ? "day" : "days"}. Move to a newer version.`;
}
