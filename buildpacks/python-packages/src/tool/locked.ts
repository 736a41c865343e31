import type { ManagerName } from "../package-manager.ts";
import { lineOf, type ToolWheel } from "./wheels.ts";

/** The release of a tool in the inventory. */
export interface LockedTool {
  readonly version: string;
  /** The tool with all that it needs; empty: the inventory has none for this Python. */
  readonly wheels: readonly ToolWheel[];
}

/** The target of a tool's installation. */
export interface ToolTarget {
  /** Exact version of Python. */
  readonly python: string;
  /** The architecture in Go's terms. */
  readonly arch: string;
}

/**
 * The release of a tool in this buildpack's inventory. It may differ between release lines of
 * Python.
 */
export function lockedTool(all: readonly ToolWheel[], name: ManagerName, { python, arch }: ToolTarget): LockedTool {
  const ofTool = all.filter(({ tool }) => tool === name);
  const wheels = ofTool.filter(
    (each) => each.python.includes(lineOf(python)) && (each.arch === undefined || each.arch === arch),
  );
  const own = wheels.find((each) => each.name === name) ?? ofTool.findLast((each) => each.name === name);
  if (own === undefined) throw new Error(`the inventory does not have ${name}`);
  return { version: own.version, wheels };
}
