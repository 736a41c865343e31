import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import type { ExecDContext } from "../exec-d/definition.ts";
import { containerLimits } from "../exec-d/limits.ts";
import { printable } from "../printable.ts";
import { hasCode } from "./files/read.ts";
import { writeError } from "./host-process.ts";

/** Creates the context for the exec.d program that runs in this process. */
export function launchContext(): ExecDContext {
  const { layer, processType } = locationOf(process.execPath);
  return {
    env: { ...process.env } as Record<string, string>,
    app: { dir: process.cwd() },
    layer: { path: layer },
    processType,
    limits: containerLimits((path) => {
      try {
        return readText(path);
      } catch {
        return undefined; // a cgroup that may not be read is as one without limits
      }
    }),
    readText,
    writeText(path, text) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    },
    log: (text) => writeError(`${printable(text)}\n`),
  };
}

/** `<layer>/exec.d/00-name`, or `<layer>/exec.d/<type>/00-name`. */
function locationOf(program: string): { readonly layer: string; readonly processType: string | undefined } {
  const dir = dirname(program);
  const isOfType = basename(dirname(dir)) === "exec.d";
  return isOfType
    ? { layer: dirname(dirname(dir)), processType: basename(dir) }
    : { layer: dirname(dir), processType: undefined };
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT", "ENOTDIR")) return undefined;
    throw error;
  }
}
