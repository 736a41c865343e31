import { access, constants, mkdir, readdir, realpath, stat, symlink } from "node:fs/promises";
import { basename, join, posix, resolve } from "node:path";
import { CnbError } from "../../errors.ts";
import type { Mount } from "../../sandbox/spec.ts";
import { platformDir } from "../paths.ts";
import type { FileOwner } from "../rootfs/copy-tree.ts";

/** A service binding: a directory that contains a file `type` and further files. */
export interface Binding {
  readonly name: string;
  readonly dir: string;
}

/**
 * Finds service bindings. Each location is a binding, or a directory that contains bindings.
 *
 * @throws CnbError BINDING_INVALID
 * @example `await findBindings(["npmrc", "/run/bindings"])`
 */
export async function findBindings(locations: readonly string[]): Promise<readonly Binding[]> {
  const found: Binding[] = (await Promise.all(locations.map(bindingsAt))).flat();
  const names = found.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return found;
  throw new CnbError("BINDING_INVALID", `two service bindings have the name ${twice}`, {
    hint: `Rename one of the directories called ${twice}.`,
  });
}

async function bindingsAt(location: string): Promise<readonly Binding[]> {
  const dir = resolve(location);
  const hint = 'Pass a directory that contains a file called "type", or the parent directory of such directories.';
  const names = await readdir(dir).catch((cause) => {
    throw new CnbError("BINDING_INVALID", `cannot read the service binding ${location}`, { cause, hint });
  });
  if (names.includes("type")) return [await checked(basename(dir), dir)];
  // Kubernetes keeps versions of secrets in directories whose names begin with a dot.
  const below = names.filter((name) => !name.startsWith(".")).map((name) => ({ name, dir: join(dir, name) }));
  const bindings = await Promise.all(below.map(async (each) => ((await isFile(join(each.dir, "type"))) ? [each] : [])));
  if (bindings.flat().length === 0)
    throw new CnbError(
      "BINDING_INVALID",
      `${location} is neither a service binding nor a directory of bindings: it contains no file called "type"`,
      {
        hint,
      },
    );
  return Promise.all(bindings.flat().map((binding) => checked(binding.name, binding.dir)));
}

async function checked(name: string, dir: string): Promise<Binding> {
  if (!/^[A-Za-z0-9._-]+$/.test(name) || /^\.+$/.test(name))
    throw new CnbError(
      "BINDING_INVALID",
      `the directory name ${JSON.stringify(name)} cannot be the name of a service binding`,
      {
        hint: 'Rename the directory: only letters, digits, "-", "." and "_" are allowed.',
      },
    );
  return { name, dir: await realpath(dir) };
}

const isFile = (file: string): Promise<boolean> =>
  stat(file).then(
    (facts) => facts.isFile(),
    () => false,
  );

/** Returns mounts for bindings. Nothing is copied, so no secret remains on disk. */
export const mountsOfBindings = (
  bindings: readonly Binding[],
  root: string = `${platformDir}/bindings`,
): readonly Mount[] =>
  bindings.map(({ name, dir }) => ({ source: dir, target: posix.join(root, name), readonly: true }));

/**
 * Creates symbolic links to bindings in the platform directory, for builds that cannot mount
 * anything.
 */
export async function linkBindings(bindings: readonly Binding[], platform: string): Promise<void> {
  if (bindings.length > 0) await mkdir(join(platform, "bindings"), { recursive: true });
  for (const { name, dir } of bindings) await symlink(dir, join(platform, "bindings", name));
}

/**
 * Checks that the build's user can read bindings. If cnb is root, buildpacks run as another user,
 * and a file that this user cannot read would seem to be missing.
 *
 * @throws CnbError BINDING_INVALID
 */
export async function checkReadable(
  bindings: readonly Binding[],
  user: FileOwner | undefined,
  who = "buildpacks",
): Promise<void> {
  for (const { name, dir } of bindings)
    for (const path of [
      dir,
      ...(await readdir(dir)).filter((entry) => !entry.startsWith("..")).map((entry) => join(dir, entry)),
    ])
      if (!(await isReadable(path, user)))
        throw new CnbError("BINDING_INVALID", `${who} cannot read ${basename(path)} of the binding ${name}`, {
          hint: user
            ? `Allow the user ${user.uid} to read this entry, for example with chmod o+rX ${path}.`
            : `Change the permissions of ${path}, so that you can read this entry.`,
        });
}

async function isReadable(path: string, user: FileOwner | undefined): Promise<boolean> {
  if (!user)
    return access(path, constants.R_OK).then(
      () => true,
      () => false,
    );
  const { mode, uid, gid } = await stat(path);
  if (uid === user.uid) return (mode & 0o400) !== 0;
  return (mode & (gid === user.gid ? 0o040 : 0o004)) !== 0;
}
