import { randomBytes } from "node:crypto";
import { mkdir, readdir, rename, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { closeToOthers } from "../../cache-dirs.ts";
import { isRunning, ownIdentity, type ProcessIdentity } from "../../process/identity.ts";
import { pidSpace } from "../../process/pid-space.ts";
import { leftoverPrefix, removeTree } from "../../sandbox/remove-tree.ts";
import { appDir, layersDir, platformDir } from "../paths.ts";
import type { FileOwner } from "./copy-tree.ts";

/** The directories of one build on the host, which are removed at its end. */
export interface WorkDir {
  readonly dir: string;
  /** The path of the copy of the app, which is `/workspace` inside the sandbox. */
  readonly app: string;
  readonly layers: string;
  readonly platform: string;
  readonly home: string;
  readonly tmp: string;
  /** The paths of these directories inside the sandbox. */
  readonly inside: InsideDirs;
  /** The modes in the image of directories whose mode cnb cannot set, as they are mounts of another user. */
  readonly imageModes?: { readonly app?: number; readonly layers?: number };
  remove(): Promise<void>;
}

/** The directories of a build, as buildpacks see them. */
export interface InsideDirs {
  readonly app: string;
  readonly layers: string;
  readonly platform: string;
  readonly tmp: string;
}

const usual: InsideDirs = { app: appDir, layers: layersDir, platform: platformDir, tmp: "/tmp" };

/**
 * The name of a work directory, which contains its process. A file with that information could be
 * missing if the build is killed right after creating the directory.
 */
const workDirName = (owner: ProcessIdentity): string =>
  `build-${owner.pid}-${Buffer.from(owner.started).toString("hex")}-${pidSpace()}${randomBytes(8).toString("hex")}`;

/**
 * The age after which directories of other containers and of other versions of cnb count as
 * abandoned. cnb cannot find out whether these builds still run.
 */
const abandonedAfterMs = 24 * 60 * 60 * 1000;

/**
 * Creates a new work directory below `parent`, and removes the work directories of killed builds. A
 * build was killed if its recorded process has ended, or if its process ID was reused. Before a
 * directory is removed, `rescue` moves reusable content out of it. `warn` is called for each
 * directory that cannot be removed.
 */
export async function createWorkDir(
  parent: string,
  rescue: (dir: string) => Promise<unknown>,
  warn: (message: string) => void,
): Promise<WorkDir> {
  await mkdir(parent, { recursive: true });
  closeToOthers(parent);
  for (const dir of await abandonedWorkDirs(parent)) {
    // A failed rescue must not keep every later build from starting.
    await rescue(dir).catch(() => undefined);
    await removeOrSetAside(dir, warn);
  }
  const dir = join(parent, workDirName(await ownIdentity()));
  // Others may not look around in a build; the sandbox may have to pass through.
  await mkdir(dir, { mode: 0o711 });
  const [app, layers, platform, home, tmp] = ["app", "layers", "platform", "home", "tmp"].map((name) =>
    join(dir, name),
  ) as [string, string, string, string, string];
  await Promise.all([layers, platform, home, tmp].map((path) => mkdir(path)));
  return { dir, app, layers, platform, home, tmp, inside: usual, remove: () => removeOrSetAside(dir, warn) };
}

/** Directories of builds that no longer run. */
async function abandonedWorkDirs(parent: string): Promise<readonly string[]> {
  const dirs: string[] = [];
  for (const name of (await readdir(parent)).filter((name) => name.startsWith("build-")))
    if (!(await isOwned(name, join(parent, name)))) dirs.push(join(parent, name));
  return dirs;
}

/**
 * Removes a directory. If that fails, it is renamed, so that later builds ignore it and `cnb cache
 * prune` finds it.
 */
async function removeOrSetAside(dir: string, warn: (message: string) => void): Promise<void> {
  try {
    await removeTree(dir);
  } catch (error) {
    const aside = join(dirname(dir), `${leftoverPrefix}${basename(dir)}`);
    const path = await rename(dir, aside).then(
      () => aside,
      () => dir,
    );
    warn(
      `cannot remove ${path}: ${(error as Error).message}. Run \`cnb cache prune\` as the user who owns these files.`,
    );
  }
}

async function isOwned(name: string, dir: string): Promise<boolean> {
  const [, pid, started = "", space] = /^build-(\d+)-([0-9a-f]+)-([0-9a-f]{8})[0-9a-f]{16}$/.exec(name) ?? [];
  if (space !== pidSpace()) return (await ageMs(dir)) < abandonedAfterMs;
  return isRunning({ pid: Number(pid), started: Buffer.from(started, "hex").toString() });
}

/** The age of a directory; 0 if another process has just removed it. */
const ageMs = (dir: string): Promise<number> =>
  stat(dir).then(
    ({ mtimeMs }) => Date.now() - mtimeMs,
    () => 0,
  );

/**
 * Returns the owner to set for the build's files; undefined if no owner is set. Only root can
 * assign files to the build's user. For other users, the sandbox maps the invoking user to the
 * build's user.
 */
export function buildOwner(ids: FileOwner): FileOwner | undefined {
  return process.getuid?.() === 0 ? ids : undefined;
}

/**
 * Reduces permission bits to those that git records: executable or not. The image's digest must not
 * depend on the umask with which the repository was checked out.
 */
export const gitMode = (mode: number, kind: "file" | "directory"): number =>
  kind === "directory" || mode & 0o100 ? 0o755 : 0o644;
