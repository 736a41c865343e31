import { isTable } from "@libcnb/app-kit/tables";
import { type s, UserError } from "libcnb";
import type { ManagerName } from "./manager.ts";
import type { PackageJson } from "./package-json.ts";

/** The files and settings that request a package manager, except lockfiles. */
export interface RequestSources {
  /** The value of BP_NODE_PACKAGE_MANAGER. */
  readonly override: string | undefined;
  /** The Yarn in the app that `.yarnrc.yml` or `.yarnrc` names. */
  readonly vendored: { readonly path: string; readonly source: string } | undefined;
  /** The package.json in the project's root directory; `undefined` if it does not exist. */
  readonly packageJson: PackageJson | undefined;
}

/** Returns all requests for a package manager except those in `engines`, in order of precedence. */
export function strongRequests({ override, vendored, packageJson }: RequestSources): readonly ManagerRequest[] {
  const field = packageJson?.packageManager;
  const own = field === undefined ? [] : [packageManagerRequest(field, "packageManager in package.json")];
  // of several releases of Yarn, the one in the app is used; the name of another tool means that the file is a leftover
  const inApp = vendored !== undefined && (own[0]?.name ?? "yarn") === "yarn" ? [vendoredRequest(vendored)] : [];
  return [
    ...(override?.trim() ? [rangeRequest(override, "BP_NODE_PACKAGE_MANAGER")] : []),
    ...inApp,
    ...own,
    ...devEnginesRequests(packageJson?.devEngines ?? {}),
  ];
}

/**
 * Returns the requests for a package manager in `engines`. Requests for npm come last, because
 * project templates contain them even for apps that use another package manager.
 */
export const enginesRequests = (packageJson: PackageJson | undefined): readonly ManagerRequest[] =>
  byStrength.flatMap((name) => {
    const version = packageJson?.engines[name];
    if (version === undefined || !isRange(version)) return [];
    return [{ name, version, source: `engines.${name} in package.json` }];
  });

const byStrength: readonly ManagerName[] = ["pnpm", "yarn", "bun", "npm"];

function vendoredRequest({ path, source }: NonNullable<RequestSources["vendored"]>): ManagerRequest {
  const [, version] = /yarn-(\d+\.\d+\.\d[^/]{0,100}?)\.c?js$/.exec(path) ?? [];
  return { name: "yarn", version, vendored: path, source };
}

/** `devEngines.packageManager` is a table or a list of them, of which the first known tool is meant. */
function devEnginesRequests({ packageManager }: s.Table): readonly ManagerRequest[] {
  const entries = (Array.isArray(packageManager) ? packageManager : [packageManager]).filter(isTable);
  const known = entries.find(({ name }) => isManager(name));
  const [first] = entries;
  if (known === undefined && first !== undefined) throw unknownTool(first.name);
  if (known === undefined || !isManager(known.name)) return [];
  const version = typeof known.version === "string" ? known.version.trim() : "";
  return [rangeRequest(version === "" ? known.name : `${known.name}@${version}`, source)];
}

const source = "devEngines.packageManager in package.json";

const unknownTool = (name: unknown): UserError =>
  new UserError(
    "NODE_PACKAGE_MANAGER_INVALID",
    name === undefined
      ? `${source} has no property "name"`
      : `${source} names ${JSON.stringify(name)} instead of a package manager`,
    {
      hint: 'Set devEngines.packageManager to npm, yarn, pnpm or bun, such as { "name": "pnpm", "version": "^10" }.',
    },
  );

/** A request for a package manager. */
export interface ManagerRequest {
  readonly name: ManagerName;
  readonly version?: string | undefined;
  readonly digest?: string | undefined;
  /** The path of the program in the app. */
  readonly vendored?: string | undefined;
  /** The source, in words for the user. */
  readonly source: string;
}

/**
 * Parses `name@version+digest` as corepack does. The version must be exact, so that the same tool
 * always installs the app.
 */
function packageManagerRequest(text: string, source: string): ManagerRequest {
  const { name, rest } = parts(text, source);
  const [, version, digest] = /^(\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?)(?:\+(sha\d+\.[0-9a-f]+))?$/.exec(rest ?? "") ?? [];
  if (version !== undefined) return { name, version, digest, source };
  throw invalid(text, source, `Write an exact version, such as "${examples[name]}".`);
}

/** Parses `name` or `name@range` from a setting of the build's user. */
function rangeRequest(text: string, source: string): ManagerRequest {
  const { name, rest } = parts(text, source);
  if (rest === undefined || isRange(rest)) return { name, version: rest, source };
  throw invalid(text, source, `Write a name, or a name and a version range, such as "${name}@${major(name)}".`);
}

/**
 * True if a text is a version range. Some apps have a sentence such as "please use yarn" in
 * `engines.npm`.
 */
const isRange = (text: string): boolean =>
  /^(?:[\sv\d.*xX^~<>=|,]|-[0-9A-Za-z.]*(?![0-9A-Za-z.]))+$/.test(text) && /[\d*x]/i.test(text);

/** True if a text is the name of a supported package manager. */
const isManager = (name: unknown): name is ManagerName => typeof name === "string" && Object.hasOwn(examples, name);

/** Example values of `packageManager`, for hints. */
export const examples: Readonly<Record<ManagerName, string>> = {
  npm: "npm@11.21.2",
  yarn: "yarn@4.18.1",
  pnpm: "pnpm@10.34.9",
  bun: "bun@1.4.5",
};

const major = (name: ManagerName): string => examples[name].replace(/^[^@]*@(\d+)\..*$/, "$1");

function parts(text: string, source: string): { readonly name: ManagerName; readonly rest: string | undefined } {
  const [, name, rest] = /^([^@]*)(?:@(.*))?$/s.exec(text.trim()) ?? [];
  if (isManager(name)) return { name, rest: rest?.trim() };
  throw invalid(text, source, `Use one of npm, yarn, pnpm and bun, such as "${examples.pnpm}".`);
}

const invalid = (text: string, source: string, hint: string): UserError =>
  new UserError(
    "NODE_PACKAGE_MANAGER_INVALID",
    `${source} is "${shortened(text)}", which is not a valid request for a package manager`,
    {
      hint,
    },
  );

const shortened = (text: string): string => (text.length > 100 ? `${text.slice(0, 100)}…` : text);
