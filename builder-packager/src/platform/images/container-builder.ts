import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import * as v from "valibot";
import { CnbError } from "../../errors.ts";
import { hostPlatform } from "../../oci/model/image-platform.ts";
import { emptyImage, withConfig } from "../../oci/model/mutate.ts";
import type { ImageReference } from "../../oci/model/reference.ts";
import { isId } from "../../sandbox/check-spec.ts";
import { anyCaseObject } from "../../schema.ts";
import { decodeToml } from "../formats/toml.ts";
import { launcherFile, lifecycleDir, noLauncherFile } from "../paths.ts";
import type { Builder } from "./builder.ts";

/** The reference of the builder in whose container cnb runs. */
export const ownContainer: ImageReference = { kind: "oci", dir: "/cnb" };

/**
 * True if cnb runs in a container of a builder. Such a container has certain environment variables
 * and files.
 */
export const isInBuilder = (env: NodeJS.ProcessEnv, isPresent: (path: string) => boolean = existsSync): boolean =>
  userOf(env) !== undefined && isPresent("/cnb/order.toml") && (isPresent(launcherFile) || isPresent(noLauncherFile));

/**
 * The user that buildpacks run as; undefined if the environment variables of a builder are missing.
 */
function userOf(env: NodeJS.ProcessEnv): { readonly uid: number; readonly gid: number } | undefined {
  const [uid = Number.NaN, gid = Number.NaN] = [env["CNB_USER_ID"], env["CNB_GROUP_ID"]].map((id) =>
    Number(id || Number.NaN),
  );
  return isId(uid) && isId(gid) && uid > 0 ? { uid, gid } : undefined;
}

/**
 * Describes the builder in whose container cnb runs. The image's labels are not available in a
 * container, but its files contain the same information.
 *
 * @throws CnbError BUILDER_INVALID if cnb does not run in a builder's container, or the lifecycle
 * is too old
 */
export async function containerBuilder(env: NodeJS.ProcessEnv): Promise<Builder> {
  const user = userOf(env);
  if (!user || !isInBuilder(env))
    throw invalid(
      "cnb does not run in a builder: /cnb/order.toml, /cnb/lifecycle/launcher, CNB_USER_ID or CNB_GROUP_ID is missing",
    );
  const version = await lifecycleVersion();
  return {
    reference: ownContainer,
    image: withConfig(emptyImage(hostPlatform()), { Env: imageEnv(env) }),
    ...user,
    ...apisOf(version),
    lifecycleVersion: version,
    hasLauncher: existsSync(launcherFile),
    runImages: await runImages(),
  };
}

const invalid = (why: string): CnbError =>
  new CnbError("BUILDER_INVALID", why, {
    hint: "Start cnb in a container of the builder image, or pass a builder with --builder.",
  });

/**
 * The environment variables without HOSTNAME, which differs in each container and is not set in
 * other sandboxes.
 */
const imageEnv = (env: NodeJS.ProcessEnv): readonly string[] =>
  Object.entries(env).flatMap(([name, value]) =>
    name === "HOSTNAME" || value === undefined ? [] : [`${name}=${value}`],
  );

async function lifecycleVersion(): Promise<string> {
  const options = { env: { CNB_PLATFORM_API: "0.12" }, cwd: "/" };
  const { stdout } = await promisify(execFile)(`${lifecycleDir}/exporter`, ["-version"], options).catch(() => ({
    stdout: "",
  }));
  return /^\d[^\s+]*/.exec(stdout.trim())?.[0] ?? "";
}

/**
 * Returns the Platform and Buildpack APIs that a lifecycle version supports. Only the builder's
 * label lists them, and a process in a container cannot read that label. Therefore cnb has a table
 * of versions. A newer or unknown version is treated as the newest one in the table.
 */
export function apisOf(version: string): Pick<Builder, "platformApi" | "buildpackApis"> {
  const minor = /^0\.(\d+)\./.exec(version)?.[1];
  const known = minor === undefined ? newest : Math.min(Number(minor), newest);
  const [platformApi, buildpackApi] = apis[known] ?? [];
  if (platformApi === undefined || buildpackApi === undefined)
    throw invalid(`the lifecycle ${version} of this container supports no Platform API that cnb supports`);
  return { platformApi, buildpackApis: Array.from({ length: buildpackApi - 6 }, (_, index) => `0.${index + 7}`) };
}

/**
 * The newest Platform API and the newest Buildpack API (minor numbers; the oldest is 0.7), by minor
 * version of the lifecycle.
 */
const apis: Readonly<Record<number, readonly [platformApi: Builder["platformApi"], buildpackApi: number]>> = {
  17: ["0.12", 10],
  18: ["0.12", 10],
  19: ["0.13", 11],
  20: ["0.14", 11],
  21: ["0.15", 12],
};
const newest = 21;

const runImage = anyCaseObject({ image: v.string(), mirrors: v.optional(v.array(v.string()), []) });
const runToml = anyCaseObject({ images: v.optional(v.array(runImage), []) });
const stackToml = anyCaseObject({
  "run-image": v.optional(anyCaseObject({ image: v.string(), mirrors: v.optional(v.array(v.string()), []) })),
});

/** Reads the run images from `run.toml` (since Platform API 0.12) or `stack.toml`. */
async function runImages(): Promise<Builder["runImages"]> {
  const run = await readFile("/cnb/run.toml", "utf8").catch(() => undefined);
  if (run !== undefined) return decodeToml(runToml, run, "/cnb/run.toml").images;
  const stack = await readFile("/cnb/stack.toml", "utf8").catch(() => "");
  const image = decodeToml(stackToml, stack, "/cnb/stack.toml")["run-image"];
  return image ? [image] : [];
}
