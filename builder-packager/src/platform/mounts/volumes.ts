import { realpath, stat } from "node:fs/promises";
import { join, posix, relative, resolve } from "node:path";
import { CnbError } from "../../errors.ts";
import type { Mount } from "../../sandbox/spec.ts";
import { isWithin } from "../output-paths.ts";

/**
 * A file or directory of this machine that is mounted for buildpacks. It does not become part of
 * any image.
 */
export interface Volume {
  readonly source: string;
  /** The absolute path in the sandbox. */
  readonly target: string;
  /** True if buildpacks may write to it. @default false */
  readonly writable?: boolean;
}

/** Paths that no volume may cover, and the reason, which error messages state. */
export interface ReservedPaths {
  /** Reserved directories, including everything below them. */
  readonly dirs: readonly string[];
  readonly exactly: readonly string[];
  readonly whose: string;
}

/**
 * The paths that every build reserves, because the build uses them or because they become part of
 * the image.
 */
export const ofBuilds: ReservedPaths = {
  dirs: ["/cnb", "/layers", "/workspace", "/platform", "/proc", "/sys", "/dev"],
  exactly: ["/", "/tmp"],
  whose: "which the build uses",
};

/**
 * Parses `SRC:DST[:ro|rw]` as docker and pack do, read-only by default.
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
    throw invalid(
      text,
      "refers to a named volume of a container engine, which cnb does not support",
      `Use a directory or file of this machine, for example ./${source}:${target}.`,
    );
  return { source, target: posix.normalize(target).replace(/(?<=.)\/$/, ""), writable: mode === "rw" };
}

/**
 * Refuses volumes that cover each other or a reserved path, and volumes whose source does not
 * exist.
 *
 * @throws CnbError ARGUMENT_INVALID
 */
export async function checkVolumes(volumes: readonly Volume[], reserved: ReservedPaths = ofBuilds): Promise<void> {
  for (const { source, target } of volumes) {
    const text = `${source}:${target}`;
    const taken =
      reserved.dirs.find((dir) => isWithin(target, dir)) ?? reserved.exactly.find((location) => location === target);
    if (taken !== undefined)
      throw invalid(
        text,
        `cannot be mounted: it would hide ${taken}, ${reserved.whose}`,
        "Choose another path, or use --binding for service bindings.",
      );
    if (!(await stat(resolve(source)).catch(() => undefined)))
      throw invalid(text, `cannot be mounted: ${source} does not exist`, "Create the directory, or correct its path.");
  }
  for (const volume of volumes) await checkNested(volume, volumes);
}

/**
 * Refuses a volume inside another one if its mount point does not exist there: the outer directory
 * is the user's, so cnb creates nothing in it.
 */
async function checkNested(inner: Volume, volumes: readonly Volume[]): Promise<void> {
  const around = volumes.filter((each) => each !== inner && isWithin(inner.target, each.target)).sort(byDepth);
  const outer = around.at(-1);
  if (!outer) return;
  const [text, other] = [inner, outer].map(({ source, target }) => `${source}:${target}`);
  if (inner.target === outer.target)
    throw invalid(`${text}`, `has the same mount point as --volume ${other}`, "Remove one of the two volumes.");
  const location = join(resolve(outer.source), relative(outer.target, inner.target));
  const [own, taken] = await Promise.all(
    [resolve(inner.source), location].map((path) => stat(path).catch(() => undefined)),
  );
  if (own?.isDirectory() === taken?.isDirectory()) return;
  const kind = own?.isDirectory() ? "directory" : "file";
  throw invalid(
    `${text}`,
    `cannot be mounted inside --volume ${other}: ${location} is not a ${kind}`,
    `Create this ${kind} before you mount the volume.`,
  );
}

const byDepth = (a: Volume, b: Volume): number => a.target.length - b.target.length;

/**
 * Returns mounts for existing volumes. A volume that contains the target of another volume comes
 * first, so that it does not hide that target.
 */
export const mountsOfVolumes = (volumes: readonly Volume[]): Promise<readonly Mount[]> =>
  Promise.all(volumes.toSorted(byDepth).map(mountOfVolume));

const mountOfVolume = async ({ source, target, writable = false }: Volume): Promise<Mount> => ({
  source: await realpath(resolve(source)),
  target,
  readonly: !writable,
});

const invalid = (text: string, why: string, hint: string): CnbError =>
  new CnbError("ARGUMENT_INVALID", `--volume ${text} ${why}`, { hint });
