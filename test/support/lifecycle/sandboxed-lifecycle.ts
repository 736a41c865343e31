import { execFile } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Image } from "@libcnb/packager/oci";
import { silentReporter } from "../../../builder-packager/src/reporter.ts";
import { chooseBackend } from "../../../builder-packager/src/sandbox/backends/choose-backend.ts";
import { runInSandbox } from "../../../builder-packager/src/sandbox/run-in-sandbox.ts";
import type { SandboxSpec } from "../../../builder-packager/src/sandbox/spec.ts";
import { unpackImage } from "../../../builder-packager/src/sandbox/unpack-image.ts";
import { withoutClouds } from "./released-lifecycle.ts";

const execute = promisify(execFile);
const ids = { uid: 1000, gid: 1000 };

/** The resources that a platform gives a container of the lifecycle. */
export interface LifecycleContainer {
  readonly builder: Image;
  /** The root of cnb's cache: the builder is unpacked there. */
  readonly cacheDir: string;
  /** Holds the container's directories. */
  readonly dir: string;
}

export interface SandboxRun {
  readonly exitCode: number;
  /** Standard output and standard error. */
  readonly output: string;
}

/** Runs a phase inside the unpacked builder, in the kind of sandbox that cnb makes, as a platform like Tekton runs it. */
export async function runLifecycle(
  { builder, cacheDir, dir }: LifecycleContainer,
  [phase, ...args]: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<SandboxRun> {
  const mounts = [...folders, "cache", "workspace"].map((name) => ({
    source: join(dir, name),
    target: `/${name}`,
    readonly: false,
  }));
  const rootfs = await unpackImage(builder, { cacheDir, reporter: silentReporter });
  return outputOf({ rootfs, mounts, cwd: "/layers", env, command: [`/cnb/lifecycle/${phase}`, ...args] });
}

const usualEnv = {
  CNB_USER_ID: `${ids.uid}`,
  CNB_GROUP_ID: `${ids.gid}`,
  PATH: "/bin",
  HOME: "/home/cnb",
  ...withoutClouds,
};

/** Runs a phase to its end and gives what it said. Variables are on top of those that every phase gets. */
export async function outputOf(
  given: Pick<SandboxSpec, "rootfs" | "mounts" | "cwd" | "env" | "command">,
): Promise<SandboxRun> {
  const output: Uint8Array[] = [];
  const { exitCode } = await runInSandbox(
    { rootfsWritable: false, network: true, ...ids, ...given, env: { ...usualEnv, ...given.env } },
    { backend: await chooseBackend(), onOutput: (chunk) => void output.push(chunk) },
  );
  return { exitCode, output: Buffer.concat(output).toString() };
}

const folders = ["layers", "platform", "tmp", "home/cnb"];

/** The directories of a container that starts: of those of the one before, only the cache is left. */
export async function freshFolders(
  dir: string,
  app: string,
  userEnv: Readonly<Record<string, string>> = {},
): Promise<void> {
  for (const name of [...folders, "workspace"]) await rm(join(dir, name), { recursive: true, force: true });
  for (const name of [...folders, "cache", "platform/env"]) await mkdir(join(dir, name), { recursive: true });
  // names may be any bytes, which Node.js's own cp() does not keep
  await execute("cp", ["-a", `${app}/.`, join(dir, "workspace")]);
  for (const [name, value] of Object.entries(userEnv)) await writeFile(join(dir, "platform/env", name), value);
  if (process.getuid?.() === 0) await giveToUser(dir);
}

async function giveToUser(dir: string): Promise<void> {
  const names = ["layers", "cache", "tmp", "home/cnb", "workspace"].map((name) => join(dir, name));
  await execute("chown", ["-hR", `${ids.uid}:${ids.gid}`, "--", ...names]);
}
