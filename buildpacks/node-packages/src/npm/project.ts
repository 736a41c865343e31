import { type PackageJson, readPackageJson } from "@libcnb/node-app";
import { type App, type Env, LibcnbError, s, UserError } from "libcnb";
import { hasInstallHooks } from "../keep/install-key.ts";
import type { Project, ProjectSource } from "../package-manager.ts";
import { publicText } from "../registry/public-text.ts";

/** Reads an app's files that npm uses. An invalid file causes an error that names the file. */
export async function readProject(source: ProjectSource): Promise<Project> {
  const { app, env, dirs, lockfile } = source;
  refuseOldNpm(source.toolVersion);
  const at = (name: string) => (dirs.root === "" ? name : `${dirs.root}/${name}`);
  const packageJson = await readPackageJson(app, dirs.root);
  const lock = lockfile === undefined ? undefined : await readLockfile(app, at(lockfile));
  const npmrc = (await app.exists(at(".npmrc"))) ? await app.readText(at(".npmrc")) : "";
  const publicNpmrc = publicText(".npmrc", npmrc);
  const manifests = {
    "": packageJson as PackageJson,
    ...(await readWorkspaces(app, dirs.root, lock?.workspaces ?? [])),
  };
  return {
    ...source,
    manifests,
    inputs: { lockfile: lock?.text ?? "", settings: JSON.stringify([publicNpmrc ?? npmrc, settingsIn(env)]) },
    mustInstall: reinstallReason(manifests, lock),
    withoutCredentials: publicNpmrc === undefined ? {} : { [at(".npmrc")]: publicNpmrc },
  };
}

/** npm 6 leaves no record of what it installed. */
function refuseOldNpm(version: string): void {
  if (!/^[0-6]\./.test(version)) return;
  throw new UserError("NPM_TOO_OLD", `npm ${version} is too old: this buildpack needs npm 7 or newer`, {
    hint: "Request npm 7 or newer in packageManager or engines.npm of package.json, or remove the request: newer versions read lockfiles of npm 6.",
  });
}

interface Lockfile {
  readonly text: string;
  /** Directories of the workspaces; `undefined` for a lockfile of npm 6, which does not record them. */
  readonly workspaces: readonly string[] | undefined;
}

function reinstallReason(manifests: Project["manifests"], lockfile: Lockfile | undefined): string | undefined {
  if (hasInstallHooks(manifests)) return "install-scripts";
  const isUnknown = manifests[""]?.workspaces !== undefined && lockfile?.workspaces === undefined;
  return isUnknown ? "workspaces-unknown" : undefined;
}

async function readWorkspaces(
  app: App,
  root: string,
  dirs: readonly string[],
): Promise<Readonly<Record<string, PackageJson>>> {
  const read = dirs.map(
    async (dir) => [dir, await readPackageJson(app, root === "" ? dir : `${root}/${dir}`)] as const,
  );
  // a missing directory: the lockfile is outdated, which npm will report
  const found = (await Promise.all(read)).filter((each): each is [string, PackageJson] => each[1] !== undefined);
  return Object.fromEntries(found);
}

/**
 * Reads a lockfile of npm.
 *
 * @throws UserError PACKAGES_LOCKFILE_INVALID
 */
export async function readLockfile(app: App, path: string): Promise<Lockfile> {
  const content = await app.readJson(path).catch((cause: unknown) => {
    if (!(cause instanceof LibcnbError)) throw cause;
    throw broken(cause.message, path, cause.cause);
  });
  const decoding = s.decode(lockfileSchema, content);
  if (decoding.issues !== undefined)
    throw broken(`${path} is not a lockfile of npm`, path, issuesText(decoding.issues));
  const packages = decoding.value.packages && Object.keys(decoding.value.packages);
  const workspaces = packages?.filter((each) => each !== "" && !/(^|\/)node_modules\//.test(each));
  return { text: await app.readText(path), workspaces };
}

const lockfileSchema = s.table({ lockfileVersion: s.integer, packages: s.optional(s.anyTable) });

const issuesText = (issues: readonly s.Issue[]): string =>
  issues.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`)).join("; ");

const broken = (message: string, name: string, cause: unknown): UserError =>
  new UserError("PACKAGES_LOCKFILE_INVALID", message, {
    cause,
    hint: `Look for merge conflict markers in ${name}; or delete the file, run "npm install" and commit the new lockfile.`,
  });

/**
 * npm's settings in environment variables, without those for registries, logins and the amount of
 * output.
 */
const settingsIn = (env: Env) =>
  Object.entries(env)
    .filter(([name]) => /^npm_config_/i.test(name) && !hasNoEffect.test(name))
    .toSorted(([a], [b]) => (a < b ? -1 : 1));

const hasNoEffect =
  /registry|auth|token|password|proxy|cafile|loglevel|notifier|progress|cache|config$|fetch|maxsockets|nodedir/i;
