import process from "../process/process.ts";
import type * as depths from "./color-depth.ts";
import { lazily } from "./lazy.ts";

interface Output {
  readonly isTTY?: boolean | undefined;
  getColorDepth?(): number;
}

const getColorDepth = lazily<typeof depths, "getColorDepth">("internal/color-depth", "getColorDepth");

/** The bits of a color where nothing says how many there are. */
const SOME = 4;

/** True if texts for the stream get colors. */
export function isColored(stream: Output | undefined): boolean {
  if (process.env["FORCE_COLOR"] !== undefined) {
    return getColorDepth() > 2;
  }
  return stream?.isTTY === true && (stream.getColorDepth?.() ?? SOME) > 2;
}
