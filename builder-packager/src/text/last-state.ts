/**
 * Returns the last state of a line that is overwritten with carriage returns, such as a progress
 * bar.
 *
 * @example `lastState("5%\r10%\r") // 10%`
 */
export function lastState(line: string): string {
  if (!line.includes("\r")) return line;
  return line.split("\r").findLast((state) => state !== "") ?? "";
}

/** Returns the text with each line reduced to its last state (see {@link lastState}). */
export const lastStates = (text: string): string => text.split("\n").map(lastState).join("\n");
