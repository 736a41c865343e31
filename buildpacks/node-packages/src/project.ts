import {
  type App,
  anyTable,
  decode,
  type Issue,
  integer,
  LibcnbError,
  optional,
  type Table,
  table,
  UserError,
} from "libcnb";

/** What npm reads of an app. */
export interface Project {
  readonly packageJson: Table;
  /** The package.json of each workspace, by folder, as far as the lockfile knows the workspaces. */
  readonly workspaces: Readonly<Record<string, Table>>;
  readonly lockfile: Lockfile | undefined;
  /** Text of the app's `.npmrc`. */
  readonly npmrc: string | undefined;
}

export interface Lockfile {
  /** `npm-shrinkwrap.json` or `package-lock.json`. */
  readonly name: string;
  readonly text: string;
  /** Folders of the workspaces; `undefined` for a lockfile of npm 6, which has no record of them. */
  readonly workspaces: readonly string[] | undefined;
}

/** Reads an app's npm files and refuses what npm could not use either, in words that name the file. */
export async function readProject(app: App): Promise<Project> {
  const packageJson = await readPackageJson(app, "package.json");
  const npmrc = (await app.exists(".npmrc")) ? await app.readText(".npmrc") : undefined;
  const lockfile = await readLockfile(app);
  const dirs = lockfile?.workspaces ?? [];
  const manifests = dirs.map(async (dir) => [dir, await readPackageJson(app, `${dir}/package.json`)] as const);
  return { packageJson, workspaces: Object.fromEntries(await Promise.all(manifests)), lockfile, npmrc };
}

/** The scripts of a package.json that are text. */
export const scriptsOf = (packageJson: Table): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(packageJson.scripts ?? {}).filter(
      (entry): entry is [string, string] => typeof entry[1] === "string",
    ),
  );

async function readPackageJson(app: App, path: string): Promise<Table> {
  if (path !== "package.json" && !(await app.exists(path))) return {}; // the lockfile is behind: npm will say so
  const decoding = decode(anyTable, await app.readJson(path));
  if (decoding.issues === undefined) return decoding.value;
  throw new UserError("PACKAGE_JSON_INVALID", `${path} is not a JSON object`, { hint: `Correct ${path}.` });
}

async function readLockfile(app: App): Promise<Lockfile | undefined> {
  // npm prefers the shrinkwrap when there are both
  for (const name of ["npm-shrinkwrap.json", "package-lock.json"]) {
    if (await app.exists(name)) return parseLockfile(app, name);
  }
  return undefined;
}

async function parseLockfile(app: App, name: string): Promise<Lockfile> {
  const content = await app.readJson(name).catch((cause: unknown) => {
    if (!(cause instanceof LibcnbError)) throw cause;
    throw broken(cause.message, name, cause.cause);
  });
  const decoding = decode(lockfileSchema, content);
  if (decoding.issues !== undefined)
    throw broken(`${name} is not a lockfile of npm`, name, issuesText(decoding.issues));
  const packages = decoding.value.packages && Object.keys(decoding.value.packages);
  const workspaces = packages?.filter((path) => path !== "" && !/(^|\/)node_modules\//.test(path));
  return { name, text: await app.readText(name), workspaces };
}

const lockfileSchema = table({ lockfileVersion: integer, packages: optional(anyTable) });

const issuesText = (issues: readonly Issue[]): string =>
  issues.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`)).join("; ");

const broken = (message: string, name: string, cause: unknown): UserError =>
  new UserError("NPM_LOCKFILE_INVALID", message, {
    cause,
    hint: `Look for merge conflict marks in ${name}; or delete it, run "npm install" and commit the new one.`,
  });
