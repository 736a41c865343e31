import { existsSync, readFileSync, realpathSync } from "node:fs";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { ManagerChoice, ManagerName } from "@libcnb/node-app";
import {
  type BuildContext,
  type Component,
  cachedLayer,
  type Env,
  type LayerEnv,
  override,
  s,
  sboms,
  versionRange,
} from "libcnb";
import { nodePackageManager } from "../contract.ts";
import { chooseTool, type ToolParts } from "./choose.ts";
import { installTool } from "./install.ts";
import { registryDownload } from "./registry.ts";
import { inventoryOf, type Machine, releaseTable } from "./releases.ts";

/**
 * Provides an app's package manager: the one that Node.js or the app contains, or else a release
 * from the npm registry in a layer. The image only contains the layer if a buildpack requires
 * `node_package_manager` at launch.
 *
 * @param node the version of Node.js
 */
export async function provideTool(context: BuildContext<unknown>, wanted: ManagerChoice, node: string): Promise<Tool> {
  const { env, layers, plan } = context;
  const layer = toolLayers[plan.resolve(nodePackageManager)?.launch ? "launch" : "build"];
  if (wanted.vendored !== undefined) return provideVendored(context, layer, wanted, wanted.vendored);
  const choice = newEnough(wanted, npmOnPath(env));
  const bundled = await bundledNpm(choice, npmOnPath(env));
  if (bundled !== undefined) return { version: bundled, components: [], isReported: false };
  const request = [choice.name, choice.version ?? choice.lockfileVersions ?? ""].join("@");
  const download = registryDownload(context);
  const machine = machineOf(context);
  const previous = previousParts(layers.previous(layer)?.metadata, request, machine.arch);
  const parts = await chooseTool(context, { choice, machine, node, previous }, download);
  const components = componentsOf(choice.name, parts);
  await layers.provide(layer, {
    metadata: {
      request,
      arch: machine.arch,
      ...defined({ digest: choice.digest }),
      main: defined(parts.main),
      ...defined({ native: parts.native && defined(parts.native) }),
    },
    create: ({ path }) => installTool({ ...parts, name: choice.name, digest: choice.digest }, path, download),
    env: () => toolEnvironment(choice.name),
    sbom: () => sboms(components),
  });
  return { version: parts.main.version, components, isReported: true };
}

/** npm 6, which Node.js brings up to 14, leaves no record of what it installed: the next lines run on Node.js 10 and 12. */
function newEnough(choice: ManagerChoice, own: string): ManagerChoice {
  if (choice.name !== "npm" || choice.version !== undefined || !/^[1-6]\./.test(own)) return choice;
  return { ...choice, version: "7 || 8", source: `${choice.source} (the npm ${own} of Node.js is too old)` };
}

/** The npm of Node.js, if it will do. */
async function bundledNpm({ name, version }: ManagerChoice, own: string): Promise<string | undefined> {
  if (name !== "npm" || own === "unknown") return undefined;
  return version === undefined || (await versionRange(version))?.(own) ? own : undefined;
}

function previousParts(metadata: ToolMetadata | undefined, request: string, arch: string): ToolParts | undefined {
  if (metadata?.main === undefined || metadata.request !== request || metadata.arch !== arch) return undefined;
  const { main, native } = metadata;
  return {
    main: { license: undefined, arch: undefined, node: undefined, ...main },
    native: native && { license: undefined, arch: undefined, node: undefined, ...native },
  };
}

const componentsOf = (name: string, { main, native }: ToolParts): readonly Component[] => [
  ...inventoryOf(name, native === undefined ? [main] : [main, native]).releases.map(({ component }) => component),
];

/** TOML knows no `undefined`. */
const defined = <Value extends object>(value: Value): Value =>
  Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Value;

/** The machine that runs the tool. If the tool is in the image, AVX2 is not assumed. */
const machineOf = ({ plan, target }: Pick<BuildContext<unknown>, "plan" | "target">): Machine => ({
  arch: target.arch,
  avx2: !plan.resolve(nodePackageManager)?.launch && hasAvx2(),
});

function hasAvx2(): boolean {
  try {
    return /^flags\s*:.*\bavx2\b/m.test(readFileSync("/proc/cpuinfo", "utf8"));
  } catch {
    return false;
  }
}

/** The version in npm's own package.json. Starting npm would take much longer. */
function npmOnPath({ PATH = "" }: Env): string {
  const file = PATH.split(":")
    .map((dir) => join(dir, "npm"))
    .find((path) => existsSync(path));
  if (file === undefined) return "unknown";
  const manifest = readFileSync(join(dirname(realpathSync(file)), "../package.json"), "utf8");
  return /"version":\s*"([^"]+)"/.exec(manifest)?.[1] ?? "unknown";
}

/** Adds the app's own Yarn to PATH. */
async function provideVendored(
  { app, layers, run, target }: BuildContext<unknown>,
  layer: (typeof toolLayers)["build" | "launch"],
  { name, version }: ManagerChoice,
  program: string,
): Promise<Tool> {
  const file = app.path(program);
  const exact =
    version ??
    (await run("node", [file, "--version"], { output: "capture", env: { YARN_IGNORE_PATH: "1" } })).stdout.trim();
  await layers.provide(layer, {
    metadata: { request: file, arch: target.arch, vendored: await app.digest(program) },
    create: ({ path }) => linkProgram(file, join(path, "bin")),
    env: () => toolEnvironment(name),
  });
  return { version: exact, components: [], isReported: false };
}

/** The file in the app need not be executable. */
async function linkProgram(file: string, bin: string): Promise<void> {
  await mkdir(bin, { recursive: true });
  await writeFile(join(bin, "yarn"), `#!/usr/bin/env node\nrequire(${JSON.stringify(file)});\n`, { mode: 0o755 });
  await symlink("yarn", join(bin, "yarnpkg"));
}

/** A package manager that is in PATH. */
interface Tool {
  /** The exact version. */
  readonly version: string;
  /** The SBOM components of the tool's layer. Empty if the app or Node.js provides the tool. */
  readonly components: readonly Component[];
  /** True if the version and the reason are already in the log. */
  readonly isReported: boolean;
}

const toolMetadata = s.table({
  /** The request. While it is unchanged, no newer version is looked up. */
  request: s.string,
  arch: s.string,
  digest: s.optional(s.string),
  main: s.optional(releaseTable),
  native: s.optional(releaseTable),
  /** The digest of a program in the app. */
  vendored: s.optional(s.string),
});

type ToolMetadata = s.Decoded<typeof toolMetadata>;

/**
 * The layer with the package manager: `build` is the layer if it is only for the build, and
 * `launch` if it is also in the image.
 */
const toolLayers = {
  build: cachedLayer("package-manager", { build: true, metadata: toolMetadata }),
  launch: cachedLayer("package-manager", { build: true, launch: true, metadata: toolMetadata }),
};

/**
 * Returns the environment variables that prevent a package manager from switching to another
 * version of itself, because the version is already chosen and installed.
 */
function toolEnvironment(name: ManagerName): LayerEnv {
  const variables = Object.entries(versionSwitches[name]).map(([variable, value]) => [variable, override(value)]);
  return { shared: Object.fromEntries(variables) };
}

const versionSwitches: Readonly<Record<ManagerName, Readonly<Record<string, string>>>> = {
  npm: {},
  yarn: { YARN_IGNORE_PATH: "1", SKIP_YARN_COREPACK_CHECK: "1" },
  pnpm: {
    // pnpm up to 10
    npm_config_manage_package_manager_versions: "false",
    npm_config_package_manager_strict: "false",
    // pnpm 11 and newer
    pnpm_config_pm_on_fail: "ignore",
  },
  bun: {},
};
