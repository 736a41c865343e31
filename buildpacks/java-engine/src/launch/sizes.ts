export const kibibyte = 1024;
export const mebibyte = 1024 ** 2;

const units = ["", "k", "m", "g", "t"];

/** The largest size that is accepted. Sums of such sizes are still exact in a JavaScript number. */
export const largestSize = 10 ** 15;

/** Returns the bytes of a size such as 512M, 1g, 2GiB or 1048576; undefined for other text. */
export function bytesOf(text: string): number | undefined {
  const [, digits, unit = ""] = /^(\d{1,15})(?:[bB]|([kKmMgGtT])i?[bB]?)?$/.exec(text) ?? [];
  const bytes = Number(digits) * 1024 ** units.indexOf(unit.toLowerCase());
  return bytes > 0 && bytes <= largestSize ? bytes : undefined;
}

/**
 * Returns a percentage of a size, rounded down. The two numbers are not multiplied first, because
 * their product could be inexact.
 */
export const percentOf = (percent: number, bytes: number): number =>
  Math.floor(bytes / 100) * percent + Math.floor(((bytes % 100) * percent) / 100);
