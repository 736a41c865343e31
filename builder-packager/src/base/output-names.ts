import { access, constants, stat } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { defined } from "../defined.ts";
import { CnbError } from "../errors.ts";
import type { ImageReference } from "../oci/model/reference.ts";

/**
 * Returns the name of the build image or the run image. The name of the stage is appended to the
 * last part of the output's name, before tag and extension.
 *
 * @example
 * `stageReference({ kind: "oci", dir: "dist/base" }, "build") // { kind: "oci", dir: "dist/base-build" }`
 */
export function stageReference(output: ImageReference, stage: "build" | "run"): ImageReference {
  switch (output.kind) {
    case "registry": {
      const { digest, ...reference } = output;
      if (digest === undefined) return { ...reference, repository: `${output.repository}-${stage}` };
      throw new CnbError(
        "ARGUMENT_INVALID",
        `cannot write to ${output.repository}@${digest}: the digest of an image is known only after the image is written`,
        {
          hint: "Use a tag instead of the digest.",
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
        ...defined({ name: output.name ? stageName(output.name, stage) : undefined }),
      };
    case "docker-daemon":
      return { ...output, name: stageName(output.name, stage) };
  }
}

const stageFile = (file: string, stage: string): string => file.replace(/(\.tar)?$/, (suffix) => `-${stage}${suffix}`);

/** Inserts the stage before the tag; a colon before the last slash belongs to a registry's port. */
const stageName = (name: string, stage: string): string => name.replace(/(:[^/:]*)?$/, (tag) => `-${stage}${tag}`);

/**
 * Returns the image name to record in a layout or an archive. Builders find their run image by this
 * name. For example, `localhost/libcnb/base` and the suite bookworm give
 * `localhost/libcnb/base-run:bookworm`. Returns undefined if `name` is undefined and `output` has
 * no default name.
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

/** The directory or file of an image; undefined for a registry or a daemon. */
function pathOf(output: ImageReference): string | undefined {
  if (output.kind === "oci") return output.dir;
  return "file" in output ? output.file : undefined;
}

/**
 * Checks before the images are created that an output can be written.
 *
 * @throws CnbError OUTPUT_UNWRITABLE
 */
export async function checkWritable(output: ImageReference): Promise<void> {
  const file = pathOf(output);
  if (file === undefined) return;
  for (let dir = dirname(resolve(file)); ; dir = dirname(dir)) {
    const problem = await folderProblem(dir);
    if (problem === "absent" && dir !== "/") continue; // it will be made, if its parent lets us
    if (problem === undefined) return;
    throw new CnbError("OUTPUT_UNWRITABLE", `cannot write ${file}: ${dir} is ${problem}`, {
      hint:
        problem === "not writable"
          ? `Make ${dir} writable, or write the image to another path.`
          : "Write the image to another path.",
    });
  }
}

async function folderProblem(dir: string): Promise<"absent" | "not a directory" | "not writable" | undefined> {
  try {
    if (!(await stat(dir)).isDirectory()) return "not a directory";
    await access(dir, constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return "absent";
    return code === "ENOTDIR" ? "not a directory" : "not writable";
  }
}
