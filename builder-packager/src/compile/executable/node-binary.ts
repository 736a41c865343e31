import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { access, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { cacheDir } from "../../cache-dirs.ts";
import { defined } from "../../defined.ts";
import type { Reporter } from "../../reporter.ts";
import { decompress } from "../../tar/compression.ts";
import { readTar } from "../../tar/read.ts";
import { fetchPackage } from "../npm-package.ts";
import { populateOnce } from "../populate.ts";
import { type NodeArchitecture, nodeRelease } from "./node-release.ts";

export interface NodeBinary {
  readonly file: string;
  /** The path of the license of Node.js and its components, which must accompany the binary. */
  readonly licenseFile: string;
}

export interface NodeBinaryOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** True if `cwd` may belong to an app. npm then ignores the app's .npmrc. @default false */
  readonly ignoresProject?: boolean | undefined;
  readonly reporter: Reporter;
  readonly signal?: AbortSignal;
}

/**
 * Returns the pinned Node.js for an architecture: from the platform package installed next to cnb,
 * from the cache, or downloaded by npm, in this order. Its digest is always verified.
 *
 * @throws CnbError NODE_BINARY_UNAVAILABLE
 */
export async function nodeBinary(arch: NodeArchitecture, options: NodeBinaryOptions): Promise<NodeBinary> {
  const nextTo = await installed(nodeRelease.packages[arch].name);
  if (nextTo && (await isPinned(nextTo.file, arch, options.signal))) return nextTo;
  const found = await cached(arch, options);
  if (await isPinned(found.file, arch, options.signal)) return found;
  await rm(dirname(dirname(found.file)), { recursive: true }); // damaged since it was fetched
  return cached(arch, options);
}

/** Returns the path of Node.js's license file, without reading the whole binary. */
export async function nodeLicense(arch: NodeArchitecture, options: NodeBinaryOptions): Promise<string> {
  const { licenseFile } = (await installed(nodeRelease.packages[arch].name)) ?? (await cached(arch, options));
  return readFile(licenseFile, "utf8");
}

async function installed(name: string): Promise<NodeBinary | undefined> {
  try {
    const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`);
    const { version } = JSON.parse(await readFile(manifest, "utf8")) as { readonly version: string };
    const binary = binaryIn(dirname(manifest));
    await access(binary.file);
    return version === nodeRelease.version ? binary : undefined;
  } catch {
    return undefined; // not installed: npm leaves out platform packages of other architectures
  }
}

async function isPinned(file: string, arch: NodeArchitecture, signal?: AbortSignal): Promise<boolean> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash, defined({ signal }));
  return hash.digest("hex") === nodeRelease.packages[arch].binary;
}

async function cached(arch: NodeArchitecture, options: NodeBinaryOptions): Promise<NodeBinary> {
  const { name, integrity } = nodeRelease.packages[arch];
  const dir = cacheDir(options.env, "node", `${nodeRelease.version}-linux-${arch}`);
  await populateOnce(dir, async (workDir) => {
    options.reporter.info(`Fetching ${name}@${nodeRelease.version} with npm`);
    const { version } = nodeRelease;
    const tarball = await fetchPackage({ name, version, integrity }, { ...options, workDir: await downloads(workDir) });
    await unpack(tarball, workDir);
    await rm(join(workDir, "download"), { recursive: true });
  });
  return binaryIn(dir);
}

const binaryIn = (dir: string): NodeBinary => ({ file: join(dir, "bin", "node"), licenseFile: join(dir, "LICENSE") });

async function downloads(workDir: string): Promise<string> {
  const dir = join(workDir, "download");
  await mkdir(dir);
  return dir;
}

const wanted: Readonly<Record<string, number>> = { "bin/node": 0o755, LICENSE: 0o644 };

async function unpack(tarball: Uint8Array, dir: string): Promise<void> {
  await mkdir(join(dir, "bin"));
  for (const entry of await readTar(decompress(chunks(tarball)))) {
    const path = entry.path.replace(/^package\//, "");
    const mode = wanted[path];
    if (mode === undefined || entry.type !== "file" || !(entry.content instanceof Uint8Array)) continue;
    await writeFile(join(dir, path), entry.content, { mode });
  }
}

async function* chunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
