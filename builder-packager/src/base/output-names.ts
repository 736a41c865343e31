import { access, constants, stat } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { CnbError } from "../errors.ts";
import type { ImageReference } from "../oci/model/reference.ts";

/**
 * The name of one of the two images: the stage is appended to the last part of the name, before tag
 * and extension.
 *
 * @example `stageReference({ kind: "oci", dir: "dist/base" }, "build") // { kind: "oci", dir: "dist/base-build" }`
 */
export function stageReference(output: ImageReference, stage: "build" | "run"): ImageReference {
  switch (output.kind) {
    case "registry": {
      const { digest, ...reference } = output;
      if (digest === undefined) return { ...reference, repository: `${output.repository}-${stage}` };
      throw new CnbError(
        "ARGUMENT_INVALID",
        `the output ${output.repository}@${digest} has a digest, which is only known afterwards`,
        {
          hint: "Give a tag instead.",
        },
      );
    }
    case "oci":
      return { ...output, dir: `${output.dir.replace(/\/+$/, "")}-${stage}` };
    case "oci-archive":
      return { ...output, file: stageFile(output.file, stage) };
    case "docker-archive":
      return {
        ...output,
        file: stageFile(output.file, stage),
        ...(output.name && { name: stageName(output.name, stage) }),
      };
    case "docker-daemon":
      return { ...output, name: stageName(output.name, stage) };
  }
}

const stageFile = (file: string, stage: string): string => file.replace(/(\.tar)?$/, (suffix) => `-${stage}${suffix}`);

/** Inserts the stage before the tag; a colon before the last slash belongs to a registry's port. */
const stageName = (name: string, stage: string): string => name.replace(/(:[^/:]*)?$/, (tag) => `-${stage}${tag}`);

/**
 * The name recorded in a layout or an archive, by which builders find their run image:
 * `localhost/libcnb/base` and suite bookworm give `localhost/libcnb/base-run:bookworm`.
 */
export function recordedName(
  name: string | undefined,
  output: ImageReference,
  suite: string,
  stage: "build" | "run",
): string | undefined {
  const given = name ?? defaultName(output);
  if (given === undefined) return undefined;
  const tagged = /:[^/]*$/.test(given) ? given : `${given}:${suite.replaceAll("/", "-")}`;
  return stageName(tagged, stage);
}

function defaultName(output: ImageReference): string | undefined {
  if (output.kind === "oci") return output.tag ?? `localhost/${imageName(basename(resolve(output.dir)))}`;
  if (output.kind === "oci-archive") return `localhost/${imageName(basename(output.file, ".tar"))}`;
  return undefined; // registries, daemons and docker archives have the name in the reference
}

/** Converts a directory name, such as `My Base`, to a valid repository name. */
const imageName = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "") || "base";

/**
 * Refuses an unwritable output before any long work.
 *
 * @throws CnbError OUTPUT_UNWRITABLE
 */
export async function checkWritable(output: ImageReference): Promise<void> {
  const file = output.kind === "oci" ? output.dir : "file" in output ? output.file : undefined;
  if (file === undefined) return;
  for (let dir = dirname(resolve(file)); ; dir = dirname(dir)) {
    const problem = await folderProblem(dir);
    if (problem === "absent" && dir !== "/") continue; // it will be made, if its parent lets us
    if (problem === undefined) return;
    throw new CnbError("OUTPUT_UNWRITABLE", `cannot write ${file}: ${dir} is ${problem}`, {
      hint: "Choose another output, or make the folder writable.",
    });
  }
}

async function folderProblem(dir: string): Promise<"absent" | "not a folder" | "not writable" | undefined> {
  try {
    if (!(await stat(dir)).isDirectory()) return "not a folder";
    await access(dir, constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return "absent";
    return code === "ENOTDIR" ? "not a folder" : "not writable";
  }
}
