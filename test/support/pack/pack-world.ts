// @needs busybox, docker-registry, go, skopeo
import { chmod, link, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { type Image, parseImageReference } from "@libcnb/packager/oci";
import { cnbSucceeds, execute } from "../cnb.ts";
import { startRegistry } from "../service.ts";
import { tinyImage } from "../tiny/images.ts";
import { shellImage } from "../tiny/shell-image.ts";
import { type OfficialPack, officialPack } from "./official-pack.ts";

/** Contents by path; `-> target` is a symbolic link, `= path` a hard link, a path that ends in `/` a directory, a text that begins with `#!` executable. */
export type Files = Readonly<Record<string, string>>;

/** The inputs that pack and cnb get: a directory, and a registry with base images. */
export interface PackWorld {
  readonly dir: string;
  readonly pack: OfficialPack;
  /** The registry's address. */
  readonly host: string;
  /** Writes files below a directory of `dir` and returns its path. */
  write(folder: string, files: Files): Promise<string>;
  /** Runs cnb with caches that belong to this world, and further variables; returns its result. */
  cnb(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<string>;
  image(name: string): Promise<Image>;
  remove(): Promise<void>;
}

/** Starts the registry and fills it with `base/build:1` and `base/run:1`. */
export async function packWorld(): Promise<PackWorld> {
  const dir = await mkdtemp(join(tmpdir(), "pack-world-"));
  const [pack, registry] = await Promise.all([officialPack(), startRegistry()]);
  const env = { ...process.env, LIBCNB_CACHE_DIR: join(dir, "cache") };
  await pushBases(dir, registry.host);
  return {
    dir,
    pack,
    host: registry.host,
    write: (folder, files) => writeFiles(join(dir, folder), files),
    cnb: async (args, more) => (await cnbSucceeds(args, { env: { ...env, ...more }, cwd: dir })).stdout,
    image: (name) => oci.read(parseImageReference(`${registry.host}/${name}`)).then((index) => oci.imageFor(index)),
    async remove() {
      await registry.stop();
      await pack.remove();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** Every setting that a base image can hand down is there. */
async function pushBases(dir: string, host: string): Promise<void> {
  const [tiny, arm] = await Promise.all([shellImage(dir), tinyImage(dir, { architecture: "arm64" })]);
  const settings = {
    Entrypoint: ["/bin/sh"],
    Cmd: ["-c", "true"],
    WorkingDir: "/home/cnb",
    ExposedPorts: { "80/tcp": {} },
    Env: [...(tiny.config.config?.Env ?? []), "EQUAL=a=b", "EMPTY="],
  };
  const build = oci.mutate.labels(oci.mutate.config(tiny, settings), { "base.label": "<kept> & 'quoted'" });
  const stack = oci.mutate.labels(tiny, {
    "io.buildpacks.stack.id": "test.stack",
    "io.buildpacks.stack.mixins": '["curl"]',
  });
  const name = (repository: string) => parseImageReference(`${host}/base/${repository}:1`);
  await oci.write(build, name("build"));
  await oci.write(tiny, name("run"));
  await oci.write(stack, name("stack"));
  await oci.write({ images: [tiny, arm] }, name("both"));
  await toDockerTypes(`${host}/base/build:1`, `${host}/base/docker:1`);
}

/** The image as Docker stores it: schema 2. */
async function toDockerTypes(from: string, to: string): Promise<void> {
  const flags = ["--insecure-policy", "--src-tls-verify=false", "--dest-tls-verify=false", "--format", "v2s2"];
  const { exitCode, stderr } = await execute("skopeo", ["copy", ...flags, `docker://${from}`, `docker://${to}`]);
  if (exitCode !== 0) throw new Error(stderr);
}

async function writeFiles(dir: string, files: Files): Promise<string> {
  for (const [path, text] of Object.entries(files)) {
    const file = join(dir, path);
    await mkdir(path.endsWith("/") ? file : dirname(file), { recursive: true });
    if (text.startsWith("-> ")) await symlink(text.slice(3), file);
    else if (text.startsWith("= ")) await link(join(dir, text.slice(2)), file);
    else if (!path.endsWith("/")) await writeFile(file, text);
    if (text.startsWith("#!")) await chmod(file, 0o755);
  }
  return dir;
}
