import { hash } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { packageUrl } from "@libcnb/app-kit/sbom/packages-sbom";
import { inTemporaryFolder } from "@libcnb/app-kit/temporary-folder";
import { distributionsAmong, normalizedName } from "@libcnb/python-app/distributions";
import { cachedLayer, type DownloadFile, type Env, LibcnbError, s, sboms, UserError, versionRange } from "libcnb";
import type { Context } from "../contract.ts";
import type { ManagerChoice, ManagerName, Python, PythonPackageManager } from "../package-manager.ts";
import { isPylock } from "../pip/requirements-files.ts";
import type { RegistryAccess } from "../registry/access.ts";
import { targetText } from "../venv/key.ts";
import { venvAt } from "../venv/venv.ts";
import { installTool, pipCommand } from "./install.ts";
import { lineOf, requirementOf, requirementsText, type ToolWheel, wheelsIn } from "./wheels.ts";

/** A package manager that was provided for a build, with the command that starts it. */
export interface Tool {
  /** The exact version. */
  readonly version: string;
  readonly command: readonly [string, ...string[]];
  /** Environment variables with which this tool takes precedence over others of the same name. */
  readonly env: Env;
}

/** The requested package manager, and the Python and index access with which it is provided. */
export interface ToolRequest {
  readonly choice: ManagerChoice;
  readonly manager: PythonPackageManager;
  readonly python: Python;
  readonly access: RegistryAccess;
}

/**
 * Provides the tool that installs an app's packages: the runtime's pip, or else a release of the
 * tool in a layer that is not in the image.
 *
 * @throws UserError PYTHON_TOOL_VERSION_INVALID or an error of `installFailure`
 */
export async function provideTool(context: Context, wanted: ToolRequest): Promise<Tool> {
  const { choice, python } = wanted;
  if (choice.name !== "pip") {
    const target = { python: python.version, arch: context.target.arch };
    const { version, wheels } = lockedTool(wheelsIn(context.buildpack.metadata), choice.name, target);
    const request = await requestFor(choice, version);
    const isListed = wheels.length > 0 || request.kind === "other";
    return provideLayer(context, wanted, isListed ? request : { kind: "other", specifier: `==${version}` }, wheels);
  }
  const request = await requestFor(isPylock(choice.lockfile ?? "") ? readsPylock(choice) : choice, python.pip);
  if (request.kind === "known") return { version: python.pip, command: pipCommand(python), env: {} };
  return provideLayer(context, wanted, request, []);
}

/** Older ones take the standard lockfile for a list of requirements. */
const readsPylock = (choice: ManagerChoice): ManagerChoice => ({
  ...choice,
  version: choice.version ?? { range: ">=26.2", source: choice.source },
});

async function provideLayer(
  { download, env, layers, log, run, target }: Context,
  { choice: { name }, manager, python, access }: ToolRequest,
  request: VersionRequest,
  wheels: readonly ToolWheel[],
): Promise<Tool> {
  const locked = request.kind === "known" ? wheels : [];
  const requirements = requirementsText(locked);
  const { path } = await layers.provide(toolLayer(name), {
    metadata: {
      format: 1,
      request: request.kind === "known" ? request.version : request.specifier,
      requirements: request.kind === "known" ? hash("sha256", requirements).slice(0, 16) : "",
      python: python.version,
      target: targetText(target),
    },
    reject: ({ path }) => (isPresent(path, name, python) ? undefined : "damaged"),
    create: ({ path }) =>
      inTemporaryFolder(async (dir) => {
        const isHere = await collectWheels(locked, dir, download);
        if (isHere) log.info(`Installing ${manager.title} from the wheels of this buildpack, without a package index`);
        await installTool(run, path, {
          manager,
          python,
          access,
          isLocked: request.kind === "known",
          wheels: isHere ? dir : undefined,
          requirements: request.kind === "known" ? requirements : `${requirementOf(name)}${request.specifier}\n`,
        });
      }),
    sbom: ({ path }) => sboms(componentsIn(venvAt(join(path, "tool"), python).sitePackages)),
  });
  const version = distributionsIn(venvAt(join(path, "tool"), python).sitePackages).get(name);
  if (version === undefined)
    throw new LibcnbError("LAYER_INVALID", `pip did not install the tool ${name} into the layer ${name}`, {
      hint: "Report this to the authors of the buildpack libcnb/python-packages.",
    });
  const bin = join(path, "bin");
  return { version, command: [join(bin, name)], env: { PATH: `${bin}:${env.PATH ?? ""}` } };
}

/** True if what a platform has kept of the tool can be started. */
const isPresent = (path: string, name: string, python: Python): boolean =>
  existsSync(join(path, "bin", name)) && existsSync(venvAt(join(path, "tool"), python).sitePackages);

const componentsIn = (sitePackages: string) =>
  [...distributionsIn(sitePackages)].map(([name, version]) => ({
    name,
    version,
    purl: packageUrl("pypi", [name], version, ""),
  }));

/** Versions by normalised names, as the directories of their metadata have them. */
const distributionsIn = (sitePackages: string): ReadonlyMap<string, string> =>
  new Map(
    distributionsAmong(readdirSync(sitePackages).toSorted()).flatMap(({ name, version }) =>
      version === undefined ? [] : [[normalizedName(name), version] as const],
    ),
  );

/**
 * Copies wheels into a directory from sources other than a package index: the buildpack's package,
 * the download cache, a binding's mapping, a mirror. False if one of them is missing.
 */
async function collectWheels(wheels: readonly ToolWheel[], dir: string, download: DownloadFile): Promise<boolean> {
  try {
    for (const { file, checksum } of wheels)
      await download(`pypi:${file}`, { to: join(dir, file), integrity: checksum, quiet: true });
    return wheels.length > 0;
  } catch (error) {
    // pip knows the user's indexes with their logins and certificates
    if (error instanceof LibcnbError && error.code === "PYPI_INDEX_UNKNOWN") return false;
    throw error;
  }
}

const toolKey = s.table({
  format: s.integer,
  /**
   * The request to pip: a locked version, or the version that the app or a variable requests. An
   * unchanged request does not look for newer versions.
   */
  request: s.string,
  /** Digest of the locked requirements; empty without. */
  requirements: s.string,
  python: s.string,
  target: s.string,
});

/** The layer of a tool in its own virtual environment, for the build only. */
const toolLayer = (name: ManagerName) => cachedLayer(name, { build: true, metadata: toolKey });

/** The release of a tool in the inventory. */
interface LockedTool {
  readonly version: string;
  /** The tool with all that it needs; empty: the inventory has none for this Python. */
  readonly wheels: readonly ToolWheel[];
}

/** The target of a tool's installation. */
interface ToolTarget {
  /** Exact version of Python. */
  readonly python: string;
  /** The architecture in Go's terms. */
  readonly arch: string;
}

/**
 * Finds the release of a tool in this buildpack's inventory. Different release lines of Python may
 * have different releases of the tool.
 */
export function lockedTool(all: readonly ToolWheel[], name: ManagerName, { python, arch }: ToolTarget): LockedTool {
  const ofTool = all.filter(({ tool }) => tool === name);
  const wheels = ofTool.filter(
    (each) => each.python.includes(lineOf(python)) && (each.arch === undefined || each.arch === arch),
  );
  const own = wheels.find((each) => each.name === name) ?? ofTool.findLast((each) => each.name === name);
  if (own === undefined) throw new Error(`the buildpack's inventory does not contain the tool ${name}`);
  return { version: own.version, wheels };
}

/**
 * The release to install. `known`: the release in the inventory. `other`: a release that pip
 * resolves.
 */
export type VersionRequest =
  | { readonly kind: "known"; readonly version: string }
  | { readonly kind: "other"; readonly specifier: string };
/**
 * Returns the release in the inventory if it matches the request. Otherwise returns the requirement
 * from which pip resolves a release.
 *
 * @throws UserError PYTHON_TOOL_VERSION_INVALID
 */
export async function requestFor({ name, version }: ManagerChoice, known: string): Promise<VersionRequest> {
  if (version === undefined) return { kind: "known", version: known };
  const admits = await versionRange(version.range, "pep440");
  if (admits === undefined) throw invalid(name, version);
  return admits(known) ? { kind: "known", version: known } : { kind: "other", specifier: specifierOf(version.range) };
}

/**
 * Converts a requested version to a specifier. `26.1` matches any 26.1, as for Python itself;
 * `26.1.2` matches only that version.
 */
function specifierOf(range: string): string {
  const text = range.trim();
  if (!/^\d/.test(text)) return text;
  return /^\d+(\.\d+)?(\.\*)?$/.test(text) ? `==${text.replace(/\.\*$/, "")}.*` : `==${text}`;
}

const invalid = (name: string, { range, source }: { readonly range: string; readonly source: string }): UserError =>
  new UserError(
    "PYTHON_TOOL_VERSION_INVALID",
    `${source} requests ${name} ${JSON.stringify(range)}, which is not a valid version`,
    {
      cause: "the request is neither a version nor a PEP 440 specifier",
      hint: "Write a version such as 2.4 or 2.4.1, or a specifier such as >=2.1,<3.",
    },
  );
