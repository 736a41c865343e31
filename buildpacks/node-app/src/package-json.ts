import { type App, s, UserError } from "libcnb";

/** The fields of a package.json that buildpacks read. */
export interface PackageJson {
  /** The complete content of package.json. */
  readonly table: s.Table;
  readonly name: string | undefined;
  readonly version: string | undefined;
  readonly main: string | undefined;
  /** `module` or `commonjs`. */
  readonly type: string | undefined;
  /** The value as corepack reads it: `pnpm@10.34.9`, optionally with `+sha512.…`. */
  readonly packageManager: string | undefined;
  readonly scripts: Texts;
  readonly engines: Texts;
  readonly dependencies: Texts;
  readonly devDependencies: Texts;
  readonly optionalDependencies: Texts;
  /**
   * The field `devEngines`, see
   * https://docs.npmjs.com/cli/v11/configuring-npm/package-json#devengines
   */
  readonly devEngines: s.Table;
  /** Patterns of workspace directories; `undefined` without workspaces. */
  readonly workspaces: readonly string[] | undefined;
}

/** The string values of a table. */
export type Texts = Readonly<Record<string, string>>;

/**
 * Reads the package.json of the app, or of a directory in it; `undefined` if it is missing.
 *
 * @throws UserError PACKAGE_JSON_INVALID, with all mistakes
 */
export async function readPackageJson(app: App, dir = ""): Promise<PackageJson | undefined> {
  const path = dir === "" ? "package.json" : `${dir}/package.json`;
  if (!(await app.exists(path))) return undefined;
  const content = await app.readJson(path);
  const decoding = s.decode(schema, content);
  if (decoding.issues === undefined) return packageJsonOf(content as s.Table, decoding.value);
  throw new UserError("PACKAGE_JSON_INVALID", `${path} is not a valid package.json`, {
    cause: decoding.issues.map(sentence).join("; "),
    hint: `Correct ${path}. For example, engines must be an object such as "engines": { "node": "^24" }.`,
  });
}

const schema = s.table({
  name: s.optional(s.string),
  version: s.optional(s.string),
  main: s.optional(s.string),
  type: s.optional(s.string),
  packageManager: s.optional(s.string),
  scripts: s.optional(s.anyTable),
  engines: s.optional(s.anyTable),
  dependencies: s.optional(s.anyTable),
  devDependencies: s.optional(s.anyTable),
  optionalDependencies: s.optional(s.anyTable),
  devEngines: s.optional(s.anyTable),
});

const packageJsonOf = (content: s.Table, fields: s.Decoded<typeof schema>): PackageJson => ({
  table: content,
  name: fields.name,
  version: fields.version,
  main: fields.main,
  type: fields.type,
  packageManager: fields.packageManager,
  scripts: texts(fields.scripts),
  engines: texts(fields.engines),
  dependencies: texts(fields.dependencies),
  devDependencies: texts(fields.devDependencies),
  optionalDependencies: texts(fields.optionalDependencies),
  devEngines: fields.devEngines ?? {},
  workspaces: patterns(content.workspaces),
});

/** Without a prototype: a script that the user names may be called `constructor`. */
const texts = (values: s.Table = {}): Texts =>
  Object.assign(
    Object.create(null),
    Object.fromEntries(Object.entries(values).filter(([, value]) => typeof value === "string")),
  );

/** A list, or with Yarn 1 a table that has the list as `packages`. */
function patterns(workspaces: unknown): readonly string[] | undefined {
  const list = Array.isArray(workspaces) ? workspaces : (workspaces as s.Table | null | undefined)?.packages;
  return Array.isArray(list) ? list.filter((each) => typeof each === "string") : undefined;
}

const sentence = ({ path, message }: s.Issue): string => (path === "" ? message : `${path}: ${message}`);
