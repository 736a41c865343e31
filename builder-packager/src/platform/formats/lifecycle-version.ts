import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as v from "valibot";
import { createNextTo } from "../../oci/files/output-file.ts";
import { object } from "../../schema.ts";
import { lifecycleDir } from "../paths.ts";
import type { BuildEnvironment } from "../rootfs/build-environment.ts";
import type { LauncherVersion } from "./lifecycle-metadata.ts";

const program = `${lifecycleDir}/exporter`;
const known = object({ version: v.string(), repository: v.string(), commit: v.string() });

/**
 * Returns the version and commit of the launcher that is added to the image. The launcher prints
 * both with `-version`. If the launcher does not support that option, the version is taken from the
 * builder's label. The result is cached next to the unpacked builder, because starting the launcher
 * takes as long as a buildpack's detect.
 */
export async function launcherVersion(environment: BuildEnvironment): Promise<LauncherVersion> {
  if (!environment.builder.hasLauncher) return { version: "", commit: "", repository: "" };
  const note = await noteFile(environment);
  const noted = note === undefined ? undefined : await readNote(note);
  if (noted) return noted;
  const said = await ask(environment);
  if (said && note !== undefined) await writeNote(note, said).catch(() => undefined); // only for speed
  return said ?? { version: environment.builder.lifecycleVersion, commit: "", repository: "" };
}

/**
 * The file that caches the output; undefined if cnb runs in the builder itself. The path of the
 * lifecycle directory is used, because `exporter` is a link to a program that runs all phases.
 */
async function noteFile({ files }: BuildEnvironment): Promise<string | undefined> {
  const path = (await files.find(lifecycleDir))?.hostPath;
  const inside = join("/root", lifecycleDir);
  return path?.endsWith(inside) ? join(path.slice(0, -inside.length), "launcher.json") : undefined;
}

async function readNote(file: string): Promise<LauncherVersion | undefined> {
  try {
    return v.parse(known, JSON.parse(await readFile(file, "utf8")));
  } catch {
    return undefined;
  }
}

const writeNote = (file: string, version: LauncherVersion): Promise<void> =>
  createNextTo(file, async (temporary) => {
    await writeFile(temporary, JSON.stringify(version));
    await rename(temporary, file);
  });

/** Runs the lifecycle with `-version`. Returns undefined if the output is not a version. */
async function ask({ run, builder }: BuildEnvironment): Promise<LauncherVersion | undefined> {
  const chunks: Uint8Array[] = [];
  const code = await run({
    command: [program, "-version"],
    env: { CNB_PLATFORM_API: builder.platformApi },
    appWritable: false,
    onOutput: (chunk) => void chunks.push(chunk),
  }).catch(() => 1);
  const said = /^(\d[^\s+]*)(?:\+(\S+))?$/.exec(Buffer.concat(chunks).toString("utf8").trim());
  if (code !== 0 || !said) return undefined;
  const [, version = "", commit = ""] = said;
  // Builds without a commit have no repository either.
  return { version, commit, repository: commit ? "github.com/buildpacks/lifecycle" : "" };
}
