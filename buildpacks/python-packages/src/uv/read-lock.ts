import { type App, LibcnbError, UserError } from "libcnb";
import { lockOf, type UvLock } from "./lockfile.ts";

/**
 * Reads a `uv.lock`.
 *
 * @param path relative to the app
 * @throws UserError PACKAGES_LOCKFILE_INVALID, PACKAGES_LOCKFILE_UNSUITABLE
 */
export async function readLock(app: App, path: string, toolVersion: string): Promise<UvLock> {
  await checkConflicts(app, path);
  const lock = lockOf(await app.readToml(path).catch((error: unknown) => invalid(path, error)));
  if (lock.version !== 1) throw unsuitable(path, lock.version, toolVersion);
  return lock;
}

async function checkConflicts(app: App, path: string): Promise<void> {
  const lines = (await app.readText(path)).split("\n");
  const line = lines.findIndex((each) => /^(<{7}|>{7}|={7})( |\r?$)/.test(each));
  if (line !== -1) invalid(path, `line ${line + 1} is a mark of a merge conflict`);
}

function invalid(path: string, cause: unknown): never {
  if (cause instanceof LibcnbError && cause.code !== "TOML_INVALID") throw cause;
  throw new UserError("PACKAGES_LOCKFILE_INVALID", `${path} cannot be read`, {
    cause: cause instanceof Error ? cause.message : cause,
    hint: `Take ${path} of one side of the merge, run "uv lock", and commit the file.`,
  });
}

const unsuitable = (path: string, version: number, toolVersion: string): UserError =>
  new UserError("PACKAGES_LOCKFILE_UNSUITABLE", `${path} is not one that uv ${toolVersion} can read`, {
    cause: `its format is version ${version}; uv ${toolVersion} reads version 1`,
    hint: `Set BP_UV_VERSION to the uv that wrote the file, or run "uv lock" with uv ${toolVersion} and commit ${path}.`,
  });
