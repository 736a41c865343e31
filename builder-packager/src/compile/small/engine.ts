import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { chmod, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { cacheDir } from "../../cache-dirs.ts";
import { CnbError } from "../../errors.ts";
import type { NodeArchitecture } from "../executable/node-release.ts";
import type { PackageLicense } from "../licenses/licenses.ts";
import { packagerDir } from "../packager-dir.ts";
import { populateComplete } from "../populate.ts";

type Env = Readonly<Record<string, string | undefined>>;

/** The small engine for one architecture, built by `npm run engine`. */
export interface Engine {
  readonly program: Uint8Array;
  /** The pinned SHA-256 digest of the engine. */
  readonly sha256: string;
}

const engineDir = (): string => join(packagerDir(), "engine");

/**
 * Returns the directory that contains the sources of the engine's implementation of Node.js
 * modules, which the code calls the Node layer.
 */
export const nodeLayerDir = (): string => join(engineDir(), "node");

/**
 * The kinds of the engine: `linux` runs the phases of buildpacks, `launch-linux` runs exec.d
 * programs.
 */
export type EngineKind = "linux" | "launch-linux";

/** The npm package with the engines of an architecture, and its directory in a clone of the repository. */
const enginePackage = (arch: NodeArchitecture): { readonly name: string; readonly inClone: string } => {
  const platform = `linux-${arch === "amd64" ? "x64" : arch}`;
  return { name: `@libcnb/engine-${platform}`, inClone: join(engineDir(), "prebuilt", platform) };
};

/**
 * Returns the directory with the prebuilt engines of an architecture. They are apart from the
 * packager, because each has its own licences and SBOM. A package has no `os` or `cpu`: a buildpack
 * for arm64 is also packaged on amd64.
 *
 * @throws CnbError ENGINE_INVALID if npm did not install the package
 */
function prebuiltDir(arch: NodeArchitecture): string {
  const { name, inClone } = enginePackage(arch);
  if (existsSync(inClone)) return inClone;
  try {
    return dirname(createRequire(join(packagerDir(), "package.json")).resolve(`${name}/checksums.json`));
  } catch (cause) {
    throw new CnbError(
      "ENGINE_INVALID",
      `the npm package ${name}, which contains the JavaScript engine of --runtime small, is not installed`,
      {
        cause,
        hint: `Run npm install. If npm reports that ${name} is missing, copy the package to your npm registry.`,
      },
    );
  }
}

/**
 * Reads the prebuilt engine of an architecture.
 *
 * @throws CnbError ENGINE_INVALID if its digest differs from the pinned one, or npm did not install
 * the package that contains it
 */
export function engineFor(arch: NodeArchitecture, kind: EngineKind = "linux"): Engine {
  const dir = prebuiltDir(arch);
  const name = `${kind}-${arch}`;
  const file = join(dir, `${name}.gz`);
  const pinned: Readonly<Record<string, { readonly sha256: string }>> = JSON.parse(
    readFileSync(join(dir, "checksums.json"), "utf8"),
  );
  const program = gunzipSync(readFileSync(file));
  const sha256 = createHash("sha256").update(program).digest("hex");
  if (sha256 === pinned[name]?.sha256) return { program, sha256 };
  throw new CnbError(
    "ENGINE_INVALID",
    `the JavaScript engine in ${file} has the digest sha256:${sha256}, which differs from the one in checksums.json next to it`,
    {
      hint: `Reinstall the npm package ${enginePackage(arch).name}.`,
    },
  );
}

/**
 * A part of an engine with its license texts: a crate, quickjs-ng, Rust's standard library or musl.
 */
export interface EnginePart extends PackageLicense {
  readonly version: string;
  readonly license: string;
  readonly purl: string;
  /** The name under which vulnerabilities are published, if it is not that of a crate. */
  readonly cpe?: string;
}

/**
 * Returns everything that is linked into an engine. The result is the same for each architecture.
 */
export function engineParts(kind: EngineKind = "linux"): readonly EnginePart[] {
  const parts: readonly (EnginePart & { readonly isInLaunch: boolean })[] = JSON.parse(
    readFileSync(join(prebuiltDir("amd64"), "licences.json"), "utf8"),
  );
  return parts.flatMap(({ isInLaunch, ...part }) => (kind === "linux" || isInLaunch ? [part] : []));
}

/** True if the small engine can run on this machine. Compiling modules requires this. */
export const canRunEngine = (): boolean => process.platform === "linux" && ["x64", "arm64"].includes(process.arch);

/**
 * Returns the hint for an engine that cannot run or compile. Buildpacks can run on Node.js instead,
 * but exec.d programs cannot.
 */
export const insteadOf = (kind: EngineKind, what: string): string =>
  kind === "linux" ? `${what}, or use --runtime node.` : `${what}.`;

/**
 * Returns the path of an engine that runs on this machine, to compile modules.
 *
 * @param kind the engine that will run the modules
 * @throws CnbError ENGINE_INVALID | ENGINE_UNAVAILABLE
 */
export async function engineOfHost(env: Env, kind: EngineKind = "linux"): Promise<string> {
  const arch = process.arch === "x64" ? "amd64" : process.arch;
  if (!canRunEngine() || (arch !== "amd64" && arch !== "arm64"))
    throw new CnbError(
      "ENGINE_UNAVAILABLE",
      `the JavaScript engine of --runtime small does not run on ${process.platform}/${process.arch}`,
      {
        hint: insteadOf(kind, "Package on Linux (amd64 or arm64)"),
      },
    );
  const { program, sha256 } = engineFor(arch);
  const dir = cacheDir(env, "engines", sha256);
  await populateComplete(dir, async (workDir) => {
    await writeFile(join(workDir, "cnb-engine"), program);
    await chmod(join(workDir, "cnb-engine"), 0o755);
  });
  return join(dir, "cnb-engine");
}
