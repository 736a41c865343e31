import { limits } from "../../limits.ts";

/** Far more than any document of images has; less than what exhausts the stack of who walks through it. */
const maxDepth = limits.documentDepth.most;

/**
 * True if a JSON value is nested too deeply for recursive functions.
 *
 * @example `isTooDeep(JSON.parse("[".repeat(5000) + "]".repeat(5000))) // true`
 */
export function isTooDeep(value: unknown, left: number = maxDepth): boolean {
  if (typeof value !== "object" || value === null) return false;
  return left === 0 || Object.values(value).some((child) => isTooDeep(child, left - 1));
}
