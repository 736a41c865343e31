import { stat } from "node:fs/promises";
import { posix, resolve } from "node:path";
import { CnbError } from "../errors.ts";
import { isWithin } from "./places.ts";

/** A file or folder of this machine that buildpacks see. It is part of no image. */
export interface Volume {
  readonly source: string;
  /** An absolute path. */
  readonly target: string;
  /** Whether buildpacks may write into it. @default false */
  readonly writable?: boolean;
}

/** What the build itself has at these places, and what would be part of the image. */
const reserved = ["/cnb", "/layers", "/workspace", "/platform", "/proc", "/sys", "/dev"];

/**
 * Reads `SRC:DST[:ro|rw]` as docker and pack do: read-only, unless it says otherwise.
 *
 * @throws CnbError ARGUMENT_INVALID
 * @example `parseVolume("/srv/maven:/home/cnb/.m2:rw")`
 */
export function parseVolume(text: string): Volume {
  const parts = text.split(":");
  const [source = "", target = "", mode = "ro"] = parts;
  const isMode = mode === "ro" || mode === "rw";
  if (parts.length < 2 || parts.length > 3 || !isMode || source === "" || !target.startsWith("/"))
    throw invalid(
      text,
      "is not SRC:DST or SRC:DST:rw, with an absolute path as DST",
      'Write for example "$PWD/maven:/home/cnb/.m2:rw".',
    );
  if (!/^[./~]/.test(source))
    throw invalid(text, "names a volume of an engine, which cnb has not got", `Name a folder: ./${source}:${target}.`);
  return { source, target: posix.normalize(target).replace(/(?<=.)\/$/, ""), writable: mode === "rw" };
}

/**
 * Refuses volumes over what the build has there, and such as do not exist.
 *
 * @throws CnbError ARGUMENT_INVALID
 */
export async function checkVolumes(volumes: readonly Volume[]): Promise<void> {
  for (const { source, target } of volumes) {
    const text = `${source}:${target}`;
    const taken =
      reserved.find((dir) => isWithin(target, dir)) ?? (["/", "/tmp"].includes(target) ? target : undefined);
    if (taken !== undefined)
      throw invalid(
        text,
        `would cover ${taken}, which is the build's own`,
        "Choose another place, or --binding for service bindings.",
      );
    if (!(await stat(resolve(source)).catch(() => undefined)))
      throw invalid(text, `is not possible: ${source} does not exist`, "Make the folder, or correct its name.");
  }
}

const invalid = (text: string, why: string, hint: string): CnbError =>
  new CnbError("ARGUMENT_INVALID", `--volume ${text} ${why}`, { hint });
