import { type App, UserError } from "libcnb";
import { readTomlLock } from "../project/toml-lock.ts";
import { lockOf, type UvLock } from "./lockfile.ts";

/**
 * Reads a `uv.lock`.
 *
 * @param path relative to the app
 * @throws UserError PACKAGES_LOCKFILE_INVALID, PACKAGES_LOCKFILE_UNSUITABLE
 */
export async function readLock(app: App, path: string, toolVersion: string): Promise<UvLock> {
  const lock = lockOf(await readTomlLock(app, path, "uv lock"));
  if (lock.version !== 1) throw unsuitable(path, lock.version, toolVersion);
  return lock;
}

const unsuitable = (path: string, version: number, toolVersion: string): UserError =>
  new UserError("PACKAGES_LOCKFILE_UNSUITABLE", `${path} is not one that uv ${toolVersion} can read`, {
    cause: `its format is version ${version}; uv ${toolVersion} reads version 1`,
    hint: `Set BP_UV_VERSION to the uv that wrote the file, or run "uv lock" with uv ${toolVersion} and commit ${path}.`,
  });
