import { hash } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { packageUrl } from "@libcnb/app-kit/sbom/package-url";
import { inTemporaryFolder } from "@libcnb/app-kit/temporary-folder";
import { distributionsAmong, normalizedName } from "@libcnb/python-app/distributions";
import { type Env, LibcnbError, sboms } from "libcnb";
import type { Context } from "../config.ts";
import type { ManagerChoice, Python, PythonPackageManager } from "../package-manager.ts";
import { isPylock } from "../pip/pylock.ts";
import type { RegistryAccess } from "../registry/access.ts";
import { targetText } from "../venv/key.ts";
import { venvAt } from "../venv/place.ts";
import { collectWheels } from "./collect.ts";
import { installTool } from "./install.ts";
import { toolLayer } from "./layers.ts";
import { lockedTool } from "./locked.ts";
import { pipCommand } from "./pip-command.ts";
import { requirementOf } from "./requirement.ts";
import { requestFor, type VersionRequest } from "./version-request.ts";
import { requirementsText, type ToolWheel, wheelsIn } from "./wheels.ts";

/** A tool that can be started. */
export interface Tool {
  /** Exact. */
  readonly version: string;
  readonly command: readonly [string, ...string[]];
  /** Variables with which it is the first of its name. */
  readonly env: Env;
}

/** The requested tool. */
export interface ToolRequest {
  readonly choice: ManagerChoice;
  readonly manager: PythonPackageManager;
  readonly python: Python;
  readonly access: RegistryAccess;
}

/**
 * Provides the tool of an app: the runtime's pip, or else a release in a layer that is not in the
 * image.
 *
 * @throws UserError PYTHON_TOOL_VERSION_INVALID and those of `installFailure`
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
    reject: ({ path }) => (isThere(path, name, python) ? undefined : "damaged"),
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
  if (version === undefined) throw new LibcnbError("LAYER_INVALID", `the layer ${name} holds no ${name}`);
  const bin = join(path, "bin");
  return { version, command: [join(bin, name)], env: { PATH: `${bin}:${env.PATH ?? ""}` } };
}

/** True if what a platform has kept of the tool can be started. */
const isThere = (path: string, name: string, python: Python): boolean =>
  existsSync(join(path, "bin", name)) && existsSync(venvAt(join(path, "tool"), python).sitePackages);

const componentsIn = (sitePackages: string) =>
  [...distributionsIn(sitePackages)].map(([name, version]) => ({
    name,
    version,
    purl: packageUrl("pypi", [name], version, ""),
  }));

/** Versions by normalised names, as the folders of their metadata have them. */
const distributionsIn = (sitePackages: string): ReadonlyMap<string, string> =>
  new Map(
    distributionsAmong(readdirSync(sitePackages).toSorted()).flatMap(({ name, version }) =>
      version === undefined ? [] : [[normalizedName(name), version] as const],
    ),
  );
