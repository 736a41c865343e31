import { mkdir, mkdtemp, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect } from "vitest";
import { packageBuildpack } from "../../../builder-packager/src/buildpackage/package.ts";
import { silentReporter } from "../../../builder-packager/src/reporter.ts";
import { execute, type Outcome, root } from "../cnb.ts";

export const runtimes = ["node", "small"] as const;
export type Runtime = (typeof runtimes)[number];
export type Phase = "detect" | "build";

const arch = process.arch === "arm64" ? "arm64" : "amd64";

/** Where a phase runs, and what its platform passes to it. */
export interface PhaseInputs {
  /** Empty files of the application. */
  readonly app?: readonly string[];
  /** In values, `<scratch>` is an empty directory of the call. */
  readonly env?: Readonly<Record<string, string>>;
  /** Variables that the user set for the build. */
  readonly user?: Readonly<Record<string, string>>;
  /** Further files of the platform directory. */
  readonly platform?: Readonly<Record<string, string>>;
}

export interface PhaseCall extends PhaseInputs {
  /** Started before the phase: a sandbox. */
  readonly wrapper?: readonly string[];
  /** True to execute the program of the runtime itself under the name of the phase. */
  readonly isDirect?: boolean;
}

export interface PhaseResult extends Omit<Outcome, "signal"> {
  /** The names of the files in the scratch directory. */
  readonly files: readonly string[];
}

/** A buildpack as a builder contains it: what runs here is what runs in a build. */
export interface PackagedPhases {
  /** The directory with `detect` and `build`. */
  readonly bin: string;
  /** The file with the runtime, the script and the source map. */
  readonly program: string;
  /** Creates new directories for a phase, and returns its working directory and its environment. */
  readonly world: (inputs: PhaseInputs) => Promise<World>;
  /** Runs a phase to its end. */
  readonly call: (phase: Phase, given?: PhaseCall) => Promise<PhaseResult>;
}

export interface World {
  readonly scratch: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Packages the buildpack with these files, whose ID is `test/hardened` and whose version is 1.0.0, and unpacks it. */
export async function packagedPhases(
  dir: string,
  runtime: Runtime,
  files: Readonly<Record<string, string>>,
): Promise<PackagedPhases> {
  const descriptor = `api = "0.10"\n[buildpack]\nid = "test/hardened"\nversion = "1.0.0"\n[[targets]]\nos = "linux"\n`;
  await write(join(dir, "source"), { "buildpack.toml": descriptor, ...files });
  await mkdir(join(dir, "source/node_modules"));
  await symlink(join(root, "framework"), join(dir, "source/node_modules/libcnb"));
  const targets = [`linux/${arch}`];
  const request = { dir: "source", outputs: ["oci:layout"], format: undefined, targets, runtime } as const;
  const context = { env: process.env, cwd: dir, reporter: silentReporter };
  await packageBuildpack({ ...request, config: undefined, flatten: true, registry: {} }, context);
  const bin = join(await unpacked(dir), "cnb/buildpacks/test_hardened/1.0.0/bin");
  const program = join(bin, runtime === "small" ? "engine" : "main");
  const world = (inputs: PhaseInputs) => worldOf(dir, bin, inputs);
  const call = async (phase: Phase, given: PhaseCall = {}) => {
    const { scratch, cwd, env } = await world(given);
    const [command = "", ...args] = [...(given.wrapper ?? []), given.isDirect ? program : join(bin, phase)];
    const options = { cwd, env, ...(given.isDirect && { argv0: join(bin, phase) }) };
    const { exitCode, stdout, stderr } = await execute(command, args, options);
    return { exitCode, stdout, stderr, files: await readdir(scratch) };
  };
  return { bin, program, world, call };
}

/** The files of the only layer of an image. */
async function unpacked(dir: string): Promise<string> {
  const blob = (digest: string) => join(dir, "layout/blobs", digest.replace(":", "/"));
  const index = JSON.parse(await readFile(join(dir, "layout/index.json"), "utf8"));
  const manifest = JSON.parse(await readFile(blob(index.manifests[0].digest), "utf8"));
  const files = join(dir, "files");
  await mkdir(files);
  const { exitCode } = await execute("tar", ["-xf", blob(manifest.layers[0].digest), "-C", files]);
  expect(exitCode).toBe(0);
  return files;
}

async function worldOf(dir: string, bin: string, { app = [], env = {}, user = {}, platform = {} }: PhaseInputs) {
  const world = await mkdtemp(join(dir, "world-"));
  for (const name of ["app", "layers", "platform/env", "scratch"]) await mkdir(join(world, name), { recursive: true });
  await write(join(world, "app"), Object.fromEntries(app.map((name) => [name, ""])));
  await write(join(world, "platform/env"), user);
  await write(join(world, "platform"), platform);
  await writeFile(join(world, "plan.toml"), "");
  const scratch = Object.entries({ ...env, ...user }).map(([name, value]) => [
    name,
    value.replace("<scratch>", join(world, "scratch")),
  ]);
  return {
    scratch: join(world, "scratch"),
    cwd: join(world, "app"),
    env: {
      PATH: process.env.PATH ?? "",
      CNB_BUILDPACK_DIR: dirname(bin),
      CNB_PLATFORM_DIR: join(world, "platform"),
      CNB_LAYERS_DIR: join(world, "layers"),
      CNB_BUILD_PLAN_PATH: join(world, "plan.toml"),
      CNB_BP_PLAN_PATH: join(world, "plan.toml"),
      CNB_TARGET_OS: "linux",
      CNB_TARGET_ARCH: arch,
      ...Object.fromEntries(scratch),
    },
  };
}

async function write(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}
