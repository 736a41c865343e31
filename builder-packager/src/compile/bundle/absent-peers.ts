import type { OnResolveArgs, Plugin, PluginBuild } from "esbuild";
import { ownerOf } from "./owner.ts";

const namespace = "absent-peer";

/**
 * A plugin that replaces optional dependencies that are not installed by modules that throw on
 * load, as Node.js would. Unresolved imports would fail the bundle. If they were external, a call
 * such as `require("xmlbuilder2")` would remain in the executable, which can only load built-in
 * modules and prints a warning. The CycloneDX library has five such dependencies.
 */
export const absentPeers: Plugin = {
  name: namespace,
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, (args) => resolveOrStub(build, args));
    build.onLoad({ filter: /.*/, namespace }, ({ path }) => ({ contents: throwing(path), loader: "js" }));
  },
};

async function resolveOrStub(build: PluginBuild, args: OnResolveArgs) {
  if (args.pluginData === namespace || !optionalDependenciesOf(args.resolveDir).has(packageOf(args.path)))
    return undefined;
  const { path, importer, resolveDir, kind } = args;
  const found = await build.resolve(path, { importer, resolveDir, kind, pluginData: namespace });
  return found.errors.length === 0 ? found : { path, namespace };
}

/** The optional dependencies of the package that contains `dir`. */
function optionalDependenciesOf(dir: string): ReadonlySet<string> {
  const manifest = ownerOf(dir)?.manifest;
  const peers = Object.entries(manifest?.peerDependenciesMeta ?? {}).filter(([, meta]) => meta?.optional === true);
  return new Set([...peers.map(([name]) => name), ...Object.keys(manifest?.optionalDependencies ?? {})]);
}

const packageOf = (specifier: string): string =>
  specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");

const throwing = (path: string): string =>
  `throw Object.assign(new Error(${JSON.stringify(`Cannot find module '${path}'`)}), { code: "MODULE_NOT_FOUND" });`;
