import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import type { Component } from "libcnb";
import { sbomText } from "libcnb/internal";
import { nodeLicense } from "../../compile/executable/node-binary.ts";
import { type NodeArchitecture, nodeRelease } from "../../compile/executable/node-release.ts";
import { smallNode } from "../../compile/executable/small-node.ts";
import { nodeComponents } from "../../compile/licenses/components.ts";
import { licenseText, type PackageLicense } from "../../compile/licenses/licenses.ts";
import { programSbom } from "../../compile/licenses/program-sbom.ts";
import { packagerDir } from "../../compile/packager-dir.ts";
import { CnbError } from "../../errors.ts";
import type { Reporter } from "../../reporter.ts";

/** A file of `cnb` in a builder. */
export interface CnbFile {
  /** The path below the directory of `cnb`, such as `bin/cnb.js`. */
  readonly path: string;
  readonly mode: 0o644 | 0o755;
  readonly content: Uint8Array;
}

/** The command `cnb` and the Node.js that runs it. */
export interface CnbFiles {
  readonly version: string;
  /** The version of Node.js. */
  readonly node: string;
  /** The files of Node.js. They are a layer of their own, because they change less often than `cnb`. */
  readonly nodeFiles: readonly CnbFile[];
  readonly cnbFiles: readonly CnbFile[];
}

/** Reads `cnb` for an architecture. */
export type ReadCnb = (arch: string, signal: AbortSignal) => Promise<CnbFiles>;

export interface ReadCnbOptions {
  readonly env: NodeJS.ProcessEnv;
  /** The directory whose npm configuration applies if Node.js is downloaded. */
  readonly cwd: string;
  readonly reporter: Reporter;
}

/**
 * Returns a function that reads the files of this `cnb`: the bundled command without the packages that
 * only compiling, scaffolding and OpenPGP signatures need, and the pinned Node.js without unused parts.
 *
 * @throws CnbError BUILDER_INVALID for an architecture without Node.js, NODE_BINARY_UNAVAILABLE
 */
export const cnbReader =
  (options: ReadCnbOptions): ReadCnb =>
  async (arch, signal) => {
    const nodeArch = nodeArchitecture(arch);
    const of = { ...options, signal };
    // The license is next to the binary: asked for at the same time, both would be downloaded.
    const node = await smallNode(nodeArch, of);
    const [license, command] = await Promise.all([nodeLicense(nodeArch, of), readCommand()]);
    return {
      version: command.version,
      node: nodeRelease.version,
      nodeFiles: [
        file("bin/node", node, 0o755),
        file("LICENSE-NODE.txt", license),
        file("node-sbom.cdx.json", await sbomText("cyclonedx", nodeComponents(nodeArch))),
      ],
      cnbFiles: command.files,
    };
  };

function nodeArchitecture(arch: string): NodeArchitecture {
  if (arch === "amd64" || arch === "arm64") return arch;
  throw new CnbError("BUILDER_INVALID", `a builder for linux/${arch} cannot contain cnb`, {
    hint: "Remove --with-cnb, or pass only --target linux/amd64 and --target linux/arm64.",
  });
}

/** The content of `dist/cnb.packages.json`, which bundle-cnb.js writes. */
interface BundledPackages {
  readonly components: readonly Component[];
  readonly licenses: readonly PackageLicense[];
  readonly notices: readonly string[];
}

/** Reads the files that are the same for each architecture. */
async function readCommand(): Promise<{ readonly version: string; readonly files: readonly CnbFile[] }> {
  const dir = packagerDir();
  const read = (path: string) => readFile(join(dir, path));
  const manifest = JSON.parse((await read("package.json")).toString());
  const { version }: { readonly version: string } = manifest;
  const index = await read("dist/cnb.json").catch(notCompiled);
  const packages = await read("dist/cnb.packages.json").catch(notCompiled);
  const { components, licenses, notices }: BundledPackages = JSON.parse(packages.toString());
  const parts = Object.values<string>(JSON.parse(index.toString())).map((name) => `dist/${name}`);
  const schemas = (await readdir(join(dir, "schemas"))).sort().map((name) => `schemas/${name}`);
  const copied = ["bin/load.cjs", ...parts, ...schemas];
  return {
    version,
    files: [
      file("bin/cnb.js", await read("bin/cnb.js"), 0o755),
      ...(await Promise.all(copied.map(async (path) => file(path, await read(path))))),
      file("dist/cnb.json", index),
      file("dist/cnb.packages.json", packages),
      file("package.json", manifestOf(manifest)),
      ...(await xzFiles()),
      file("LICENSES.txt", licenseText(licenses, { notices })),
      file("sbom.cdx.json", await sbomOf(version, components)),
    ],
  };
}

const file = (path: string, content: Uint8Array | string, mode: CnbFile["mode"] = 0o644): CnbFile => ({
  path,
  mode,
  content: typeof content === "string" ? Buffer.from(content) : content,
});

/** The manifest without dependencies: Node.js needs the type of the modules, and `cnb` its version. */
const manifestOf = ({ name, version, type, license }: Readonly<Record<string, string>>): string =>
  `${JSON.stringify({ name, version, type, license })}\n`;

/** The package that reads archives in the format xz. Only these two of its files are used. */
async function xzFiles(): Promise<readonly CnbFile[]> {
  const main = createRequire(join(packagerDir(), "package.json")).resolve("xz-decompress");
  const dir = main.slice(0, main.lastIndexOf("/dist/"));
  const paths = [relative(dir, main), "package.json"];
  return Promise.all(
    paths.map(async (path) => file(`node_modules/xz-decompress/${path}`, await readFile(join(dir, path)))),
  );
}

const sbomOf = (version: string, components: readonly Component[]): Promise<string> =>
  programSbom(
    {
      component: {
        type: "application",
        name: "cnb",
        version,
        description: "The command cnb in a builder",
        licenses: ["MIT"],
      },
      ref: `program:cnb@${version}`,
    },
    components,
  );

function notCompiled(cause: unknown): never {
  throw new CnbError("BUILDER_INVALID", "a builder cannot contain cnb, because this cnb is not compiled", {
    cause,
    hint: "Run npm ci && npm run build in the root of the repository.",
  });
}
