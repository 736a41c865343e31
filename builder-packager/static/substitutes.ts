import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Plugin } from "esbuild";
import { pageAssets } from "../src/inspect/html/page-assets.ts";
import { packageVersion } from "../src/version.ts";
import { commandsOnNode } from "./commands-on-node.ts";

const here = import.meta.dirname;
const src = join(here, "..", "src");

/** Modules whose exports are computed when the program is built, because they read files next to them, or all commands. */
const computed: Readonly<Record<string, () => Promise<string>>> = {
  [join(src, "version.ts")]: async () => `export const packageVersion = ${JSON.stringify(packageVersion)};`,
  [join(src, "inspect/html/page-assets.ts")]: async () =>
    `const assets = ${JSON.stringify(await pageAssets())};\nexport const pageAssets = async () => assets;`,
  [join(here, "on-node.ts")]: async () => `export const onNode = ${JSON.stringify(await commandsOnNode())};`,
};

/** Modules that are replaced by modules of this directory. */
const replaced: Readonly<Record<string, string>> = {
  [join(src, "builder/cnb/cnb-files.ts")]: "cnb-files.ts",
  [join(src, "buildpackage/sources/programs.ts")]: "programs.ts",
  [join(src, "commands/table.ts")]: "table.ts",
  [join(src, "oci/daemon/find-endpoint.ts")]: "find-endpoint.ts",
  [join(src, "oci/layers/zstd.ts")]: "zstd.ts",
  [join(src, "oci/registry/transport/blob-connections.ts")]: "blob-connections.ts",
  [join(src, "oci/registry/transport/client-certificate.ts")]: "client-certificate.ts",
  [join(src, "project/confined-compiler.ts")]: "programs.ts",
  [join(src, "sandbox/network/relay.ts")]: "relay.ts",
  [join(src, "sandbox/terminal/own-terminal.ts")]: "terminal.ts",
  [join(src, "sandbox/terminal/user-terminal.ts")]: "terminal.ts",
  [join(src, "signing/keys/private-key.ts")]: "private-key.ts",
  [join(src, "signing/keyless/open-keyless-signer.ts")]: "keyless.ts",
  [join(src, "signing/keyless/keyless-verifier.ts")]: "keyless.ts",
};

/** Modules that load modules of Node.js by calls that the bundler does not know. */
const calling = [
  "oci/registry/transport/certificates.ts",
  "oci/registry/transport/node-http.ts",
  "oci/registry/transport/reach.ts",
  "tar/compression.ts",
].map((name) => join(src, name));

const loads = /process\.getBuiltinModule\(|createRequire\(import\.meta\.url\)\(/g;

/**
 * An esbuild plugin that adapts modules of `src` to a single program on the small engine, which has
 * no files next to it and loads no modules by name.
 */
export const substituted: Plugin = {
  name: "substituted",
  setup({ onLoad, onResolve }) {
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const substitute = replaced[path];
      if (substitute !== undefined) return { contents: `export * from "./${substitute}";`, resolveDir: here };
      const contents = await computed[path]?.();
      if (contents !== undefined) return { contents };
      if (!calling.includes(path)) return undefined;
      return { contents: (await readFile(path, "utf8")).replaceAll(loads, "require("), loader: "ts" };
    });
    // Commander starts programs for subcommands of their own, which cnb does not have. The module loads streams and sockets.
    onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      importer.includes("/node_modules/commander/") ? { path: "child_process", namespace: "unused" } : undefined,
    );
    onLoad({ filter: /.*/, namespace: "unused" }, () => ({ contents: "export default {};" }));
    onResolve({ filter: /^xz-decompress$/ }, ({ kind }) =>
      kind === "require-call" ? { path: "xz-decompress", namespace: "required-package" } : undefined,
    );
    onLoad({ filter: /.*/, namespace: "required-package" }, ({ path }) => ({
      contents: `export { XzReadableStream } from ${JSON.stringify(path)};`,
    }));
  },
};
