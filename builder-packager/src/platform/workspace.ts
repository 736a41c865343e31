import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { CnbError } from "../errors.ts";
import type { BuildImageOptions } from "./build-options.ts";
import { appDir } from "./paths.ts";

/**
 * Returns the directory of the app inside the sandbox, from the options of a build.
 *
 * @throws CnbError ARGUMENT_INVALID
 */
export function workspaceOf({ workspace, backend }: Pick<BuildImageOptions, "workspace" | "backend">): string {
  const dir = workspace === undefined ? appDir : parseWorkspace(workspace);
  if (backend !== "direct" || dir === appDir) return dir;
  throw new CnbError(
    "ARGUMENT_INVALID",
    `--backend direct always builds in ${appDir}, not in --workspace ${workspace}`,
    {
      hint: "Remove one of the two options: inside a container, cnb cannot mount the application at another path.",
    },
  );
}

/** Directories that exist in every build. */
const reserved = ["cnb", "layers", "platform", "proc", "sys", "dev", "tmp"];

/**
 * Parses `--workspace`, the app's directory: `app` or `/app`, as in pack. A nested directory is
 * refused: the app's layer would have to define the owner of its parent, overriding the run image.
 *
 * @throws CnbError ARGUMENT_INVALID
 * @example `parseWorkspace("app") // "/app"`
 */
export function parseWorkspace(text: string): string {
  const [, name] = /^\/?([A-Za-z0-9_][A-Za-z0-9._-]{0,254})\/?$/.exec(text) ?? [];
  if (name === undefined) throw invalid(text, "is not a directory directly below /");
  if (reserved.includes(name)) throw invalid(text, "is reserved for the build");
  return `/${name}`;
}

/** Refuses a path that exists in the builder and is not an empty directory, such as `/usr`. */
export async function checkWorkspace(rootfs: string, dir: string): Promise<void> {
  if (dir === appDir) return;
  const names = await readdir(join(rootfs, dir)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw invalid(dir, "would hide files of the builder");
  });
  if (names.length > 0) throw invalid(dir, "would hide files of the builder");
}

const invalid = (text: string, why: string): CnbError =>
  new CnbError("ARGUMENT_INVALID", `--workspace ${text} ${why}`, {
    hint: "Use another directory, for example --workspace /app.",
  });
