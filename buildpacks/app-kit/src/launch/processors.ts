import { availableParallelism } from "node:os";
import { textAt } from "./kernel-file.ts";

/**
 * Returns the number of processors that the process may use, regardless of the CPU limit of its
 * control group. `availableParallelism` would also apply that limit, rounded down.
 *
 * @param root the directory that contains `/proc`; "" except in tests
 */
export function usableProcessors(root: string): number {
  const [, mask] = /^Cpus_allowed:\s*([0-9a-f,]+)$/m.exec(textAt(`${root}/proc/self/status`, 65536) ?? "") ?? [];
  const bits = [...(mask ?? "")].flatMap((digit) => [...Number.parseInt(digit, 16).toString(2)]);
  return bits.filter((bit) => bit === "1").length || availableParallelism();
}
