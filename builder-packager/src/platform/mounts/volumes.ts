import { realpath, stat } from "node:fs/promises";
import { join, posix, relative, resolve } from "node:path";
import { CnbError } from "../../errors.ts";
import type { Mount } from "../../sandbox/spec.ts";
import { isWithin } from "../output-paths.ts";

/** A file or folder of this machine that buildpacks see. It is part of no image. */
export interface Volume {
  readonly source: string;
  /** An absolute path. */
  readonly target: string;
  /** True if buildpacks may write into it. @default false */
  readonly writable?: boolean;
}

/** Places that nothing is to cover, and why. */
export interface ReservedPaths {
  /** Reserved directories with all their content. */
  readonly dirs: readonly string[];
  readonly exactly: readonly string[];
  readonly whose: string;
}

/** The reserved paths of the build, and those that become part of the image. */
export const ofBuilds: ReservedPaths = {
  dirs: ["/cnb", "/layers", "/workspace", "/platform", "/proc", "/sys", "/dev"],
  exactly: ["/", "/tmp"],
  whose: "which is the build's own",
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
      "is the name of an engine's volume, which cnb does not support",
      `Name a folder: ./${source}:${target}.`,
    );
  return { source, target: posix.normalize(target).replace(/(?<=.)\/$/, ""), writable: mode === "rw" };
}

/**
 * Refuses volumes that cover the build's paths or each other, and missing sources.
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
        `would cover ${taken}, ${reserved.whose}`,
        "Choose another path, or use --binding for service bindings.",
      );
    if (!(await stat(resolve(source)).catch(() => undefined)))
      throw invalid(text, `is not possible: ${source} does not exist`, "Create the directory, or correct its name.");
  }
  for (const volume of volumes) await checkNested(volume, volumes);
}

/** Nothing is made for a volume in the folder of another one: that one is the user's. */
async function checkNested(inner: Volume, volumes: readonly Volume[]): Promise<void> {
  const around = volumes.filter((each) => each !== inner && isWithin(inner.target, each.target)).sort(byDepth);
  const outer = around.at(-1);
  if (!outer) return;
  const [text, other] = [inner, outer].map(({ source, target }) => `${source}:${target}`);
  if (inner.target === outer.target) throw invalid(`${text}`, `would cover --volume ${other}`, "Remove one of them.");
  const location = join(resolve(outer.source), relative(outer.target, inner.target));
  const [own, taken] = await Promise.all(
    [resolve(inner.source), location].map((path) => stat(path).catch(() => undefined)),
  );
  if (own?.isDirectory() === taken?.isDirectory()) return;
  const kind = own?.isDirectory() ? "folder" : "file";
  throw invalid(`${text}`, `lies in --volume ${other}: ${location} is not a ${kind}`, `Make the ${kind} there first.`);
}

const byDepth = (a: Volume, b: Volume): number => a.target.length - b.target.length;

/** The mounts of existing volumes, ordered so that none covers another one inside it. */
export const mountsOfVolumes = (volumes: readonly Volume[]): Promise<readonly Mount[]> =>
  Promise.all(volumes.toSorted(byDepth).map(mountOfVolume));

const mountOfVolume = async ({ source, target, writable = false }: Volume): Promise<Mount> => ({
  source: await realpath(resolve(source)),
  target,
  readonly: !writable,
});

const invalid = (text: string, why: string, hint: string): CnbError =>
  new CnbError("ARGUMENT_INVALID", `--volume ${text} ${why}`, { hint });
