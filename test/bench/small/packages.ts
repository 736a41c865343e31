import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";
import * as oci from "@libcnb/packager/oci";
import { parseImageReference } from "@libcnb/packager/oci";
import { cnbSucceeds, root } from "../../support/cnb.ts";
import type { Program } from "./turns.ts";

const version = "0.1.0";

export const architecture = process.arch === "arm64" ? "arm64" : "amd64";

/** A buildpackage of this machine's architecture, unpacked. */
export interface Unpacked {
  /** Compressed size of its layers, in MB. */
  readonly size: number;
  /** The directory of one of its buildpacks. */
  directoryOf(id: string): string;
}

/** Packages a reference buildpack. */
export const packagedReference = (dir: string, runtime: string, name: string): Promise<Unpacked> =>
  packaged(dir, runtime, join(root, "buildpacks", name));

/** Packages the buildpack of a directory and unpacks its layers into `dir`. */
export async function packaged(dir: string, runtime: string, source: string): Promise<Unpacked> {
  const name = `${runtime}-${basename(source)}`;
  const target = ["--target", `linux/${architecture}`];
  const output = `oci:${join(dir, name)}`;
  await cnbSucceeds(["buildpack", "package", source, "--runtime", runtime, "--output", output, ...target]);
  const image = oci.imageFor(await oci.read(parseImageReference(output)));
  const rootfs = join(dir, `rootfs-${name}`);
  await oci.extract(image, rootfs, { ownership: "ignore" });
  return {
    size: image.layers.reduce((sum, { size }) => sum + size, 0) / 1e6,
    directoryOf: (id) => join(rootfs, "cnb/buildpacks", id.replace("/", "_"), version),
  };
}

/** Packages a composite buildpack of reference buildpacks, which share their programs. */
export async function packagedComposite(
  dir: string,
  runtime: string,
  { id, members }: { readonly id: string; readonly members: readonly string[] },
): Promise<Unpacked> {
  const source = join(dir, id);
  await mkdir(source);
  const group = members.map((name) => `{ id = "libcnb/${name}", version = "${version}", optional = true }`);
  await writeFile(
    join(source, "buildpack.toml"),
    `api = "0.12"\n[buildpack]\nid = "bench/${id}"\nversion = "${version}"\n[[order]]\ngroup = [${group.join(", ")}]\n`,
  );
  const dependencies = members.map((name) => `[[dependencies]]\nuri = "${join(root, "buildpacks", name)}"\n`);
  await writeFile(join(source, "package.toml"), `[buildpack]\nuri = "."\n${dependencies.join("")}`);
  return packaged(dir, runtime, source);
}

/** The platform and an app for which all measured buildpacks pass. */
export interface DetectInput {
  readonly app: string;
  readonly platform: string;
  readonly plan: string;
}

export async function makeDetectInput(dir: string): Promise<DetectInput> {
  const platform = join(dir, "platform");
  await mkdir(join(platform, "env"), { recursive: true });
  await writeFile(join(platform, "env/BP_PROCFILE_DEFAULT_PROCESS"), "./server");
  const app = join(dir, "app");
  await mkdir(app);
  await writeFile(join(app, "index.html"), "<h1>Hello</h1>\n");
  await writeFile(join(app, "package.json"), `{ "scripts": { "start": "node server.js" } }\n`);
  await writeFile(join(app, "requirements.txt"), "flask==3.1.2\n");
  return { app, platform, plan: join(dir, "plan.toml") };
}

/** Detect as the lifecycle starts it. */
export const detectIn = (directory: string, { app, platform, plan }: DetectInput, exitCodes = [0]): Program => ({
  file: join(directory, "bin/detect"),
  args: [],
  env: {
    PATH: "/usr/bin:/bin",
    CNB_BUILDPACK_DIR: directory,
    CNB_PLATFORM_DIR: platform,
    CNB_TARGET_OS: "linux",
    CNB_TARGET_ARCH: architecture,
    CNB_TARGET_DISTRO_NAME: "debian",
    CNB_TARGET_DISTRO_VERSION: "12",
    CNB_BUILD_PLAN_PATH: plan,
  },
  cwd: app,
  exitCodes,
});

/** Packages a buildpack with the exec.d program of the guide, and returns the program with its compressed size in MB. */
export async function packagedExecD(dir: string): Promise<{ readonly program: Program; readonly size: number }> {
  const source = join(dir, "helpers");
  await mkdir(join(source, "src/exec.d"), { recursive: true });
  await mkdir(join(source, "node_modules"));
  await symlink(join(root, "framework"), join(source, "node_modules/libcnb"));
  await writeFile(join(source, "buildpack.toml"), helpersToml);
  await writeFile(join(source, "src/buildpack.ts"), helpersBuildpack);
  await writeFile(join(source, "src/exec.d/limits.ts"), helpersLimits);
  const { directoryOf } = await packaged(dir, "small", source);
  const file = join(directoryOf("bench/helpers"), "exec.d/limits");
  const size = gzipSync(await readFile(file), { level: 6 }).length / 1e6;
  return { program: { file, args: [], env: {}, cwd: dir, exitCodes: [0] }, size };
}

const helpersToml = `api = "0.12"\n[buildpack]\nid = "bench/helpers"\nversion = "${version}"\n`;
const helpersBuildpack = `import { defineBuildpack, pass } from "libcnb";
export default defineBuildpack({ detect: () => pass(), build: () => ({}) });
`;
const helpersLimits = `import { defineExecD } from "libcnb";
export default defineExecD("limits", ({ env, limits }) => ({
  MEMORY: limits.memory === undefined ? undefined : String(limits.memory),
  WORKERS: env.WORKERS ?? String(limits.cpus ?? 1),
}));
`;
