import { posix } from "node:path";
import { CnbError } from "../errors.ts";
import { isWithin } from "../platform/output-paths.ts";
import type { Tmpfs } from "../sandbox/spec.ts";

/**
 * Parses `DIR[:size=SIZE,mode=MODE]` as docker does. Docker's options that match the defaults are
 * accepted as well.
 *
 * @param parseSize parses a size such as `64m`
 * @throws CnbError ARGUMENT_INVALID
 * @example `parseTmpfs("/run:size=64m,mode=0755", parseSize)`
 */
export function parseTmpfs(text: string, parseSize: (text: string) => number): Tmpfs {
  const [, dir = "", options = ""] = /^(\/[^:]*)(?::(.+))?$/.exec(text) ?? [];
  if (dir === "") throw invalid(text, "is not DIR or DIR:OPTIONS, with an absolute path as DIR");
  const found: { bytes?: number; mode?: number } = {};
  for (const option of options.split(",").filter((each) => each !== "" && !always.includes(each))) {
    const [name = "", value = ""] = option.split("=");
    if (name === "size") found.bytes = sizeOf(text, value, parseSize);
    else if (name === "mode" && /^[0-7]{3,4}$/.test(value)) found.mode = Number.parseInt(value, 8);
    else throw invalid(text, `has the option ${JSON.stringify(option)}, which is not size=SIZE or mode=MODE`);
  }
  return { target: posix.normalize(dir).replace(/(?<=.)\/$/, ""), ...found };
}

/** The options that apply to every tmpfs mount. */
const always = ["rw", "nosuid", "nodev", "exec"];

function sizeOf(text: string, size: string, parseSize: (text: string) => number): number {
  try {
    return parseSize(size);
  } catch (cause) {
    throw invalid(text, `has the invalid size ${JSON.stringify(size)}`, cause);
  }
}

/**
 * Refuses tmpfs mounts that cover paths that the app needs, or two tmpfs mounts at the same path.
 *
 * @throws CnbError ARGUMENT_INVALID
 */
export function checkTmpfs(all: readonly Tmpfs[]): void {
  for (const [index, { target }] of all.entries()) {
    const taken = ["/cnb", "/proc", "/sys", "/dev"].find((dir) => isWithin(target, dir));
    if (taken !== undefined || target === "/") throw invalid(target, `would hide ${taken ?? "/"}, which the app needs`);
    if (all.findIndex((other) => other.target === target) < index) throw invalid(target, "is given twice");
  }
}

const invalid = (text: string, why: string, cause?: unknown): CnbError =>
  new CnbError("ARGUMENT_INVALID", `--tmpfs ${text} ${why}`, {
    cause,
    hint: "Write for example --tmpfs /run:size=64m,mode=0755.",
  });
