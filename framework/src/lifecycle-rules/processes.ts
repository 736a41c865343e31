import { defined } from "../defined.ts";
import { byBytes } from "../env/byte-order.ts";

/** The fields of a process that decide how processes are merged. */
export interface Mergeable {
  readonly type: string;
  readonly isDefault: boolean;
}

/** The processes of an image, sorted by type, and the default process. */
export interface ProcessList<Process extends Mergeable> {
  readonly processes: readonly Process[];
  readonly defaultType?: string;
  /**
   * The type of the default process, if a later buildpack has replaced that process by one that is
   * not the default.
   */
  readonly lostDefault?: string;
}

/**
 * Merges the processes of all buildpacks in build order. For each type, the last process is used.
 * The last process marked as default is the default. If a later process has the same type as the
 * default but is not marked as default, the image has no default (docs/conformance.md, row 58).
 *
 * @example `mergeProcesses([{ type: "web", isDefault: true }]).defaultType // "web"`
 */
export function mergeProcesses<Process extends Mergeable>(ordered: readonly Process[]): ProcessList<Process> {
  const byType = new Map<string, Process>();
  let defaultType: string | undefined;
  let lostDefault: string | undefined;
  for (const process of ordered) {
    if (process.isDefault) [defaultType, lostDefault] = [process.type, undefined];
    else if (process.type === defaultType) [defaultType, lostDefault] = [undefined, process.type];
    byType.set(process.type, process);
  }
  const processes = [...byType.values()].sort((one, other) => byBytes(one.type, other.type));
  return { processes, ...defined({ defaultType: defaultType || undefined, lostDefault: lostDefault || undefined }) };
}
