import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { cp, mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { gunzipSync } from "node:zlib";
import { formatToml, parseToml } from "libcnb/spec";
import { cacheDir } from "../../../builder-packager/src/cache-dirs.ts";
import { hostArchitecture } from "../../../builder-packager/src/compile/executable/node-release.ts";
import { populateOnce } from "../../../builder-packager/src/compile/populate.ts";
import { execute, root } from "../cnb.ts";
import { type Mirror, serve } from "../file-mirror.ts";
import { goModule } from "../lifecycle/go-module.ts";

/**
 * The releases that tests install: real ones of python-build-standalone, which the Go module embeds. What it left out and tests need is added:
 * pip and setuptools in the versions of upstream's archives of that time, and the headers of Debian's 3.11, whose interface is the same. Still
 * absent: ensurepip, IDLE, the scripts of Tcl, the headers of the other two.
 */
export const testReleases = [
  { version: "3.14.6", build: "20260610", packages: ["pip==26.1.2"] },
  { version: "3.11.11", build: "20241219", packages: ["pip==24.3.1", "setuptools==75.6.0"], headers: true },
  { version: "3.10.16", build: "20241219", packages: ["pip==24.3.1", "setuptools==75.6.0"] },
] as const;

type TestRelease = (typeof testReleases)[number];

/** Changes whenever archives are made in another way. */
const format = 1;
/** The architecture that archives are for. @default this machine's */
export type Arch = "amd64" | "arm64";
const hostArch: Arch = hostArchitecture() ?? "amd64";
const processors = { amd64: "x86_64", arm64: "aarch64" } as const;

const lineOf = (version: string): string => version.split(".").slice(0, 2).join(".");
const nameOf = ({ version, build }: TestRelease, arch = hostArch): string =>
  `cpython-${version}+${build}-${processors[arch]}-unknown-linux-gnu-install_only_stripped.tar.gz`;

/**
 * A directory with archives, as upstream's downloads have them: `<build>/<file name>`. They are made once and kept in the cache.
 * `file://` and this directory is a mirror for builds that can read it.
 */
export async function pythonArchives(arch = hostArch): Promise<string> {
  const dir = cacheDir(process.env, "test-python-archives", `${format}-${arch}`);
  await populateOnce(dir, async (workDir) => {
    for (const release of testReleases) await makeArchive(release, arch, workDir);
  });
  return dir;
}

async function makeArchive(release: TestRelease, arch: Arch, workDir: string): Promise<void> {
  const tree = join(workDir, "tree");
  const lib = join(tree, "python/lib", `python${lineOf(release.version)}`);
  await copyTree(release, arch, join(tree, "python"));
  for (const each of release.packages) await addPackage(each, join(lib, "site-packages"), tree);
  // those of this machine: Debian has them for one architecture at a time
  if ("headers" in release && arch === hostArch)
    await addHeaders(lineOf(release.version), join(tree, "python/include"));
  await mkdir(join(workDir, release.build), { recursive: true });
  const options = ["--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner"];
  await succeeds("tar", [
    ...options,
    "-czf",
    join(workDir, release.build, nameOf(release, arch)),
    "-C",
    tree,
    "python",
  ]);
  await rm(tree, { recursive: true });
}

/**
 * The directory of a Python with all that upstream's archive has, pip included, for tests that need no layers: `<folder>/bin/python3`. It is made once
 * and kept in the cache. Nobody may change it: install into virtual environments.
 */
export async function installedPython(line: "3.14" | "3.11" | "3.10"): Promise<string> {
  const release = testReleases.find(({ version }) => lineOf(version) === line) ?? testReleases[0];
  const archive = join(await pythonArchives(), release.build, nameOf(release));
  const dir = cacheDir(process.env, "test-python-archives", `${format}-${hostArch}-installed`, line);
  await populateOnce(dir, (workDir) => succeeds("tar", ["-xzf", archive, "-C", workDir, "--strip-components=1"]));
  return dir;
}

interface EmbeddedFile {
  readonly name: string;
  readonly perm: number;
  readonly symlink?: string;
  readonly compressed?: boolean;
}

/** The files of the Go module, of which the large ones are compressed. */
async function copyTree({ version, build }: TestRelease, arch: Arch, to: string): Promise<void> {
  const module = await goModule(`github.com/kluctl/go-embed-python@v0.0.0-${version}-${build}-1`);
  const from = join(module, "python/internal/data", `linux-${arch}`);
  const { files } = JSON.parse(await readFile(join(from, "files.json"), "utf8")) as { files: readonly EmbeddedFile[] };
  const directory = 2 ** 31; // Go's bit for it
  for (const { name, perm, symlink: target, compressed } of files) {
    const path = join(to, name);
    await mkdir(perm >= directory ? path : dirname(path), { recursive: true });
    if (target !== undefined) await symlink(target, path);
    else if (perm < directory) {
      const content = await readFile(join(from, compressed ? `${name}.gz` : name));
      await writeFile(path, compressed ? gunzipSync(content) : content, { mode: perm & 0o755 });
    }
  }
}

/** Unpacks a wheel, as pip does for what has no scripts. */
async function addPackage(requirement: string, sitePackages: string, workDir: string): Promise<void> {
  const wheels = join(workDir, "wheels");
  await mkdir(sitePackages, { recursive: true });
  await succeeds("python3", ["-m", "pip", "download", "--no-deps", "--dest", wheels, requirement]);
  const [wheel = ""] = await readdir(wheels);
  await succeeds("python3", ["-m", "zipfile", "--extract", join(wheels, wheel), sitePackages]);
  await rm(wheels, { recursive: true });
}

/** Debian's pyconfig.h is one for each processor, elsewhere. */
async function addHeaders(line: string, to: string): Promise<void> {
  const name = `python${line}`;
  await cp(join("/usr/include", name), join(to, name), { recursive: true, dereference: true }).catch(
    (cause: unknown) => {
      throw new Error(`the headers of Python ${line} are absent: Debian's package is lib${name}-dev`, { cause });
    },
  );
  await cp(join("/usr/include", `${processors[hostArch]}-linux-gnu`, name), join(to, name), { recursive: true });
}

async function succeeds(command: string, args: readonly string[]): Promise<void> {
  const { exitCode, stdout, stderr } = await execute(command, args);
  if (exitCode !== 0) throw new Error(`${command} ${args.join(" ")} exited ${exitCode}\n${stdout}${stderr}`);
}

/** An archive of Python in an inventory. */
interface PythonRelease {
  readonly version: string;
  readonly build: string;
  readonly arch: Arch;
  readonly checksum: string;
}

const upstream = "https://github.com/astral-sh/python-build-standalone/releases/download";

/** Replaces the releases of a buildpack.toml. */
function withReleases(text: string, releases: readonly PythonRelease[]): string {
  const document = parseToml(text, "buildpack.toml");
  const dependencies = releases.map(({ version, build, arch, checksum }) => ({
    id: "python",
    name: "Python",
    version,
    os: "linux",
    arch,
    uri: `${upstream}/${build}/cpython-${version}%2B${build}-${processors[arch]}-unknown-linux-gnu-install_only_stripped.tar.gz`,
    checksum,
    "strip-components": 1,
    licenses: ["PSF-2.0"],
    purl: `pkg:generic/python@${version}`,
    cpe: `cpe:2.3:a:python:python:${version}:*:*:*:*:*:*:*`,
  }));
  return formatToml({ ...document, metadata: { ...(document["metadata"] as object), dependencies } });
}

/** The test releases as entries of an inventory, with the addresses of upstream: builds find them by BP_CPYTHON_MIRROR only. */
export async function testInventory(arch = hostArch): Promise<readonly PythonRelease[]> {
  const dir = await pythonArchives(arch);
  return Promise.all(
    testReleases.map(async (release) => {
      const hash = createHash("sha256");
      await pipeline(createReadStream(join(dir, release.build, nameOf(release, arch))), hash);
      const { version, build } = release;
      return { version, build, arch, checksum: `sha256:${hash.digest("hex")}` };
    }),
  );
}

/** A mirror of the archives on the loopback interface, for `BP_CPYTHON_MIRROR`. Remembers the paths that were asked for. */
export async function pythonMirror(arch = hostArch): Promise<Mirror> {
  const dir = await pythonArchives(arch);
  return serve(async (path) => join(dir, path));
}

/** The Python family. What is no directory yet is left out. */
const family = ["python", "python-engine", "python-packages", "python-start"];

/**
 * The directory of a workspace with copies of the Python buildpacks, of which `python-engine` has the test releases in its inventory: to be packaged as
 * the originals are, `<folder>/python` for all of them, `<folder>/python-engine` for one. Nobody may change it.
 */
export async function testBuildpacks(arch = hostArch): Promise<string> {
  const [digest, inventory] = await Promise.all([digestOf(join(root, "buildpacks")), testInventory(arch)]);
  const key = createHash("sha256").update(digest).update(JSON.stringify(inventory)).digest("hex").slice(0, 16);
  // in the repository, where the packages that buildpacks import are found
  const dir = join(root, "dist/test-python-buildpacks", key);
  await populateOnce(dir, async (workDir) => {
    await writeFile(join(workDir, "package.json"), '{"workspaces":["*"]}');
    for (const name of family) await cp(join(root, "buildpacks", name), join(workDir, name), { recursive: true });
    const toml = join(workDir, "python-engine/buildpack.toml");
    await writeFile(toml, withReleases(await readFile(toml, "utf8"), inventory));
  });
  return dir;
}

async function digestOf(dir: string): Promise<string> {
  const hash = createHash("sha256");
  for (const name of family) {
    const entries = await readdir(join(dir, name), { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    for (const file of files.sort()) hash.update(`${file}\0`).update(await readFile(file));
  }
  return hash.digest("hex");
}
