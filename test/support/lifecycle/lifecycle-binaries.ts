// @needs go
import { execFile } from "node:child_process";
import { chmod, chown, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { releasedLifecycle } from "./released-lifecycle.ts";

/** Contents by path; `-> target` is a symbolic link, a path that ends in `/` a directory, a text that begins with `#!` executable. */
export type Files = Readonly<Record<string, string>>;

/** Files, and executables in bytes. */
export type FilesAndPrograms = Readonly<Record<string, string | Uint8Array>>;

/** How a binary ended. */
export interface Ended {
  readonly exitCode: number;
  readonly output: string;
}

/**
 * The official lifecycle's own executables, run directly: what they read and write are ordinary directories below `dir`.
 * They are the oracle of the differential tests.
 */
export interface LifecycleBinaries {
  /** The parent of directories for the binaries. */
  readonly dir: string;
  /** Runs one (`detector`, `builder`, `restorer`, `launcher`) with nothing but this environment. */
  run(name: string, args: readonly string[], options: RunOptions): Promise<Ended>;
  /** A directory with such files, which belongs to the user that the binaries run as. */
  folder(name: string, files: FilesAndPrograms): Promise<string>;
  remove(): Promise<void>;
}

interface RunOptions {
  readonly env: Readonly<Record<string, string>>;
  /** The name it is called by, through a link: the launcher starts the process of that type. */
  readonly as?: string;
  readonly cwd?: string;
  /** Leaves standard error out of the output. */
  readonly stdoutOnly?: boolean;
}

// The detector and the builder refuse to run as root.
const user = process.getuid?.() === 0 ? { uid: 1000, gid: 1000 } : {};

export async function lifecycleBinaries(): Promise<LifecycleBinaries> {
  const dir = await mkdtemp(join(tmpdir(), "lifecycle-binaries-"));
  await chmod(dir, 0o755);
  await unpack(join(dir, "bin"));
  return {
    dir,
    run: async (name, args, { as, ...options }) => {
      const binary = join(dir, "bin", name);
      const program = as === undefined ? binary : await linkTo(binary, join(dir, "as", as));
      const ended = await runAs(program, args, { cwd: dir, ...options });
      return hasRaced(ended) ? runAs(program, args, { cwd: dir, ...options }) : ended;
    },
    folder: (name, files) => makeFolder(join(dir, name), files),
    remove: () => rm(dir, { recursive: true, force: true }),
  };
}

/** The detector of 0.21.0 reads /etc/os-release for all buildpacks of a group at once, and one time in thousands it panics there. */
const hasRaced = ({ exitCode, output }: Ended): boolean =>
  exitCode === 2 && output.includes("panic: ") && output.includes("platform.EnvVarsFor");

async function unpack(bin: string): Promise<void> {
  const { entries } = await releasedLifecycle();
  await mkdir(bin);
  for (const entry of entries) {
    const [, name] = /^lifecycle\/([^/]+)$/.exec(entry.path) ?? [];
    if (name === undefined) continue;
    if (entry.type === "file") await writeFile(join(bin, name), entry.content as Uint8Array, { mode: 0o755 });
    if (entry.type === "symlink") await symlink(entry.target, join(bin, name));
  }
}

async function linkTo(target: string, link: string): Promise<string> {
  await mkdir(dirname(link), { recursive: true });
  await symlink(target, link).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
  return link;
}

const execute = promisify(execFile);

async function runAs(
  file: string,
  args: readonly string[],
  { stdoutOnly, ...options }: Omit<RunOptions, "as">,
): Promise<Ended> {
  const shown = (stdout = "", stderr = "") => (stdoutOnly ? stdout : stdout + stderr);
  try {
    const { stdout, stderr } = await execute(file, args, { ...options, ...user, maxBuffer: 1 << 26 });
    return { exitCode: 0, output: shown(stdout, stderr) };
  } catch (error) {
    const { code, stdout, stderr } = error as { code?: unknown; stdout?: string; stderr?: string };
    if (typeof code !== "number") throw error;
    return { exitCode: code, output: shown(stdout, stderr) };
  }
}

async function makeFolder(root: string, files: FilesAndPrograms): Promise<string> {
  await rm(root, { recursive: true, force: true });
  await own(root, true);
  const made = new Set<string>([root]);
  for (const [path, contents] of Object.entries(files)) {
    const target = join(root, path);
    for (const parent of parentsOf(root, path))
      if (!made.has(parent)) await own(parent, true).then(() => made.add(parent));
    if (path.endsWith("/")) continue;
    const text = typeof contents === "string" ? contents : "#!";
    if (text.startsWith("-> ")) await symlink(text.slice(3), target);
    else await writeFile(target, contents, { mode: text.startsWith("#!") ? 0o755 : 0o644 }).then(() => own(target));
  }
  return root;
}

async function own(path: string, isDirectory = false): Promise<void> {
  if (isDirectory) await mkdir(path, { recursive: true });
  if (user.uid !== undefined) await chown(path, user.uid, user.gid);
}

function parentsOf(root: string, path: string): readonly string[] {
  const parts = (path.endsWith("/") ? path.slice(0, -1) : dirname(path)).split("/").filter((part) => part !== ".");
  return parts.map((_, index) => join(root, ...parts.slice(0, index + 1)));
}

/** The output of `env -0`. */
export function environmentIn(text: string): Readonly<Record<string, string>> {
  const entries = text.split("\0").filter((entry) => entry !== "");
  return Object.fromEntries(
    entries.map((entry) => [entry.slice(0, entry.indexOf("=")), entry.slice(entry.indexOf("=") + 1)]),
  );
}
