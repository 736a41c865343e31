// @needs busybox, namespaces
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { createLayer, openBlobStore, type TarEntry } from "@libcnb/packager/oci";
import { cnb, execute, type Outcome, pinnedNode, root } from "../cnb.ts";
import { hostFiles, librariesOf } from "../images/docker-bases.ts";
import { type ShellBuildpack, shellBuilder } from "./shell-builder.ts";
import { shellImage } from "./shell-image.ts";

/** A builder of shell scripts and the command that builds with it, in a directory of their own. */
export interface TinyWorld {
  readonly dir: string;
  location(name: string): string;
  /** Writes files below a directory; those in `bin/` are executable. */
  write(folder: string, files: Readonly<Record<string, string>>): Promise<string>;
  /** `cnb build` of `app`, as users type it. */
  build(output: string, flags?: readonly string[], options?: BuildOptions): Promise<Outcome>;
  /** The same on a small disk of its own at one place, which is gone with it; says behind its output what is there. */
  buildOnDisk(disk: SmallDisk, output: string): Promise<Outcome>;
  remove(): Promise<void>;
}

export interface BuildOptions {
  /** The app's directory. Default: `app`. */
  readonly app?: string;
  /** The directory of cnb's cache. Default: `cache`. */
  readonly cache?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface SmallDisk {
  readonly at: string;
  readonly kib: number;
}

const program: TarEntry = {
  type: "file",
  path: "lifecycle/launcher",
  mode: 0o755,
  uid: 0,
  gid: 0,
  content: Buffer.from("launcher"),
};

/** The builder's order is one group of the buildpacks. What our executables are linked against is in it. */
export async function tinyWorld(buildpacks: readonly ShellBuildpack[]): Promise<TinyWorld> {
  const dir = await mkdtemp(join(tmpdir(), "tiny-world-"));
  await chmod(dir, 0o755);
  const location = (name: string) => join(dir, name);
  const run = await shellImage(dir, { env: ["PATH=/bin"] });
  await oci.write(run, { kind: "oci", dir: location("images/run") }, { name: "localhost/run:1" });
  const members = buildpacks.map(({ id, version }) => `[[order.group]]\nid = "${id}"\nversion = "${version}"\n`);
  const builder = await shellBuilder({
    dir,
    buildpacks,
    runImage: "localhost/run:1",
    platformApis: ["0.15"],
    order: `[[order]]\n${members.join("")}`,
    lifecycle: { version: "0.21.0", entries: [program] },
  });
  const libraries = await createLayer(
    await hostFiles(await librariesOf(pinnedNode)),
    await openBlobStore(location("blobs")),
  );
  await oci.write(
    oci.mutate.appendLayers(builder, [{ layer: libraries }]),
    { kind: "oci", dir: location("images/builder") },
    { name: "builder:1" },
  );
  const argsOf = (output: string, app: string) => [
    "build",
    output,
    "--path",
    location(app),
    "--builder",
    `oci:${location("images/builder")}`,
  ];
  const optionsOf = (cache: string, env = {}) => ({
    env: { PATH: process.env["PATH"], HOME: dir, LIBCNB_CACHE_DIR: location(cache), ...env },
    cwd: dir,
  });
  return {
    dir,
    location,
    write: (folder, files) => write(location(folder), files),
    build: (output, flags = [], { app = "app", cache = "cache", env } = {}) =>
      cnb([...argsOf(output, app), ...flags], optionsOf(cache, env)),
    async buildOnDisk({ at, kib }, output) {
      await mkdir(location(at), { recursive: true });
      const script = `mount -t tmpfs -o size=${kib}k none "$0"; "$@"; code=$?; find "$0" -type f >&2; exit $code`;
      const command = [pinnedNode, join(root, "builder-packager/bin/cnb.js"), ...argsOf(output, "app")];
      return execute("unshare", ["--mount", "sh", "-c", script, location(at), ...command], optionsOf("disk/cache"));
    },
    remove: () => rm(dir, { recursive: true, force: true }),
  };
}

async function write(dir: string, files: Readonly<Record<string, string>>): Promise<string> {
  await mkdir(dir, { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, name)), { recursive: true });
    await writeFile(join(dir, name), text, { mode: name.startsWith("bin/") ? 0o755 : 0o644 });
  }
  return dir;
}

/** A buildpack of API 0.12 that passes always. */
export const shellScript = (id: string, build: string, toml = ""): ShellBuildpack => ({
  id,
  version: "1.0.0",
  files: {
    "buildpack.toml": `api = "0.12"\n[buildpack]\nid = "${id}"\nversion = "1.0.0"\n${toml}`,
    "bin/detect": "#!/bin/sh\nexit 0\n",
    "bin/build": `#!/bin/sh\nset -e\ncd "$CNB_LAYERS_DIR"\n${build}\n`,
  },
});

/** The output of buildpacks, line by line. */
export const saidIn = ({ stderr }: Outcome): readonly string[] =>
  [...stderr.matchAll(/^ +\| (.*)$/gm)].map(([, line]) => line ?? "");
