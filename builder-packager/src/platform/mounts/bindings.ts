import { access, constants, mkdir, readdir, realpath, stat, symlink } from "node:fs/promises";
import { basename, join, posix, resolve } from "node:path";
import { CnbError } from "../../errors.ts";
import type { Mount } from "../../sandbox/spec.ts";
import { platformDir } from "../paths.ts";

/** A service binding: a folder with a file `type` and its entries. */
export interface Binding {
  readonly name: string;
  readonly dir: string;
}

/**
 * The bindings in folders: each is one, or holds some.
 *
 * @throws CnbError BINDING_INVALID
 * @example `await findBindings(["npmrc", "/run/bindings"])`
 */
export async function findBindings(locations: readonly string[]): Promise<readonly Binding[]> {
  const found: Binding[] = (await Promise.all(locations.map(bindingsAt))).flat();
  const names = found.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return found;
  throw new CnbError("BINDING_INVALID", `there are two bindings of the name ${twice}`, {
    hint: "Rename one of the folders.",
  });
}

async function bindingsAt(location: string): Promise<readonly Binding[]> {
  const dir = resolve(location);
  const hint = "Name a directory that contains a file named type, or a directory of such directories.";
  const names = await readdir(dir).catch((cause) => {
    throw new CnbError("BINDING_INVALID", `cannot read the binding ${location}`, { cause, hint });
  });
  if (names.includes("type")) return [await checked(basename(dir), dir)];
  // Kubernetes keeps versions of secrets in folders whose names begin with a dot.
  const below = names.filter((name) => !name.startsWith(".")).map((name) => ({ name, dir: join(dir, name) }));
  const bindings = await Promise.all(below.map(async (each) => ((await isFile(join(each.dir, "type"))) ? [each] : [])));
  if (bindings.flat().length === 0)
    throw new CnbError("BINDING_INVALID", `${location} is not a binding and holds none: there is no file type`, {
      hint,
    });
  return Promise.all(bindings.flat().map((binding) => checked(binding.name, binding.dir)));
}

async function checked(name: string, dir: string): Promise<Binding> {
  if (!/^[A-Za-z0-9._-]+$/.test(name) || /^\.+$/.test(name))
    throw new CnbError("BINDING_INVALID", `${JSON.stringify(name)} cannot be the name of a binding`, {
      hint: "Rename the folder: letters, digits, - . and _ are possible.",
    });
  return { name, dir: await realpath(dir) };
}

const isFile = (file: string): Promise<boolean> =>
  stat(file).then(
    (facts) => facts.isFile(),
    () => false,
  );

/** The mounts of bindings: nothing is copied, so that no secret stays behind. */
export const mountsOfBindings = (
  bindings: readonly Binding[],
  root: string = `${platformDir}/bindings`,
): readonly Mount[] =>
  bindings.map(({ name, dir }) => ({ source: dir, target: posix.join(root, name), readonly: true }));

/** Links below the platform directory, if nothing can be mounted. */
export async function linkBindings(bindings: readonly Binding[], platform: string): Promise<void> {
  if (bindings.length > 0) await mkdir(join(platform, "bindings"), { recursive: true });
  for (const { name, dir } of bindings) await symlink(dir, join(platform, "bindings", name));
}

/**
 * Checks that buildpacks can read bindings: if cnb is root, they run as another user, for whom
 * unreadable files would seem to be missing.
 *
 * @throws CnbError BINDING_INVALID
 */
export async function checkReadable(
  bindings: readonly Binding[],
  user: { readonly uid: number; readonly gid: number } | undefined,
  who = "buildpacks",
): Promise<void> {
  for (const { name, dir } of bindings)
    for (const path of [
      dir,
      ...(await readdir(dir)).filter((entry) => !entry.startsWith("..")).map((entry) => join(dir, entry)),
    ])
      if (!(await isReadable(path, user)))
        throw new CnbError("BINDING_INVALID", `${who} cannot read ${basename(path)} of the binding ${name}`, {
          hint: user ? `Let user ${user.uid} read it, for example with chmod o+r.` : "Make the file readable.",
        });
}

async function isReadable(
  path: string,
  user: { readonly uid: number; readonly gid: number } | undefined,
): Promise<boolean> {
  if (!user)
    return access(path, constants.R_OK).then(
      () => true,
      () => false,
    );
  const { mode, uid, gid } = await stat(path);
  const shift = uid === user.uid ? 6 : gid === user.gid ? 3 : 0;
  return ((mode >> shift) & 4) !== 0;
}
