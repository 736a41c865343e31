import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { CnbError } from "../errors.ts";
import type { BuildImageOptions } from "./build-options.ts";
import { appDir } from "./paths.ts";

/**
 * The app's directory in a build with these options.
 *
 * @throws CnbError ARGUMENT_INVALID
 */
export function workspaceOf({ workspace, backend }: Pick<BuildImageOptions, "workspace" | "backend">): string {
  const dir = workspace === undefined ? appDir : parseWorkspace(workspace);
  if (backend !== "direct" || dir === appDir) return dir;
  throw new CnbError(
    "ARGUMENT_INVALID",
    `--backend direct builds in ${appDir}, --workspace ${workspace} is elsewhere`,
    {
      hint: "Leave one of them out: in the container that cnb is in, nothing can be mounted.",
    },
  );
}

/** What is there in every build. */
const reserved = ["cnb", "layers", "platform", "proc", "sys", "dev", "tmp"];

/**
 * Parses the app's directory: `app` or `/app`, as in pack. A nested directory is refused: the app's
 * layer would have to define the owner of its parent, overriding the run image.
 *
 * @throws CnbError ARGUMENT_INVALID
 * @example `parseWorkspace("app") // "/app"`
 */
export function parseWorkspace(text: string): string {
  const [, name] = /^\/?([A-Za-z0-9_][A-Za-z0-9._-]{0,254})\/?$/.exec(text) ?? [];
  if (name === undefined) throw invalid(text, "is not a folder directly below /");
  if (reserved.includes(name)) throw invalid(text, "would cover what is the build's own");
  return `/${name}`;
}

/** Refuses a place where the builder has something, such as `/usr`. */
export async function checkWorkspace(rootfs: string, dir: string): Promise<void> {
  if (dir === appDir) return;
  const names = await readdir(join(rootfs, dir)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw invalid(dir, "would cover what the builder has there");
  });
  if (names.length > 0) throw invalid(dir, "would cover what the builder has there");
}

const invalid = (text: string, why: string): CnbError =>
  new CnbError("ARGUMENT_INVALID", `--workspace ${text} ${why}`, { hint: "Write for example --workspace /app." });
