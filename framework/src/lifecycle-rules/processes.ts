import { byBytes } from "../env/byte-order.ts";

/** The fields that the merge rules use. */
interface Mergeable {
  readonly type: string;
  readonly isDefault: boolean;
}

/** The processes of an image, sorted by type, and the default process. */
export interface ProcessList<Process extends Mergeable> {
  readonly processes: readonly Process[];
  readonly defaultType?: string;
  /** The default process that a later buildpack replaced by one that is not a default. */
  readonly lostDefault?: string;
}

/**
 * Merges the processes of all buildpacks in build order: the last one of each type wins, the last
 * default is the default, and a later process of the same type that is not a default removes the
 * default (spec row 58).
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
  return { processes, ...(defaultType ? { defaultType } : {}), ...(lostDefault ? { lostDefault } : {}) };
}
