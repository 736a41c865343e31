import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { writeFiles } from "libcnb/testing";
import type { RuntimeChoice } from "../../../builder-packager/src/compile/runtime.ts";
import { buildpackFolders } from "../buildpack-folders.ts";
import { cnbSucceeds, execute, pinnedNode, root } from "../cnb.ts";
import type { BuiltApp } from "./apps.ts";

/** The outcome of bin/detect as the lifecycle sees it. */
export interface Detected {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly plan: string;
}

/** Packages reference buildpacks as one composite with a runtime, and returns the package. */
export async function packaged(
  dir: string,
  { names, runtime }: { readonly names: readonly string[]; readonly runtime: RuntimeChoice },
): Promise<string> {
  const group = names.map((name) => `[[order.group]]\nid = "libcnb/${name}"\nversion = "0.1.0"\n`);
  const uris = names.map((name) => `[[dependencies]]\nuri = "${root}/buildpacks/${name}"\n`);
  const composite = '[buildpack]\nid = "test/all"\nversion = "0.1.0"\n';
  await writeFiles(join(dir, "all"), {
    "buildpack.toml": `api = "0.10"\n${composite}[[order]]\n${group.join("")}`,
    "package.toml": `[buildpack]\nuri = "."\n${uris.join("")}`,
  });
  const output = `oci:${join(dir, "package")}`;
  await cnbSucceeds(["buildpack", "package", join(dir, "all"), "--runtime", runtime, "--output", output]);
  return output;
}

/** Packages all reference buildpacks with a runtime, and unpacks them: the directory of each by its name. */
export async function unpackedBuildpacks(dir: string, runtime: RuntimeChoice): Promise<ReadonlyMap<string, string>> {
  const output = await packaged(dir, { names: buildpackFolders, runtime });
  const image = oci.imageFor(await oci.read(oci.parseImageReference(output)));
  const rootfs = join(dir, "rootfs");
  await mkdir(rootfs);
  await oci.extract(image, rootfs, { ownership: "ignore" });
  const unpacked = (name: string): string => join(rootfs, "cnb/buildpacks", `libcnb_${name}`, "0.1.0");
  return new Map(buildpackFolders.map((name) => [name, unpacked(name)]));
}

/** The directory in which one bin/detect runs at a time, and the buildpacks. */
export interface DetectRuns {
  readonly dir: string;
  readonly buildpacks: ReadonlyMap<string, string>;
}

/** Runs bin/detect of each buildpack for an app. */
export async function detectsOf(
  app: BuiltApp,
  { dir, buildpacks }: DetectRuns,
): Promise<ReadonlyMap<string, Detected>> {
  const [platform, plan] = [join(dir, "platform"), join(dir, "plan.toml")];
  await rm(platform, { recursive: true, force: true });
  await writeFiles(platform, Object.fromEntries(Object.entries(app.env).map(([name, text]) => [`env/${name}`, text])));
  const outcomes = new Map<string, Detected>();
  for (const [name, buildpack] of buildpacks) {
    await writeFile(plan, "");
    const { exitCode, stdout, stderr } = await execute(join(buildpack, "bin/detect"), [], {
      cwd: app.dir,
      env: {
        ...app.env,
        PATH: `${dirname(pinnedNode)}:/usr/bin:/bin`,
        HOME: dir,
        CNB_BUILDPACK_DIR: buildpack,
        CNB_PLATFORM_DIR: platform,
        CNB_BUILD_PLAN_PATH: plan,
        CNB_TARGET_OS: "linux",
        CNB_TARGET_ARCH: "amd64",
        CNB_TARGET_DISTRO_NAME: "debian",
      },
    });
    outcomes.set(name, { exitCode, stdout, stderr, plan: await readFile(plan, "utf8") });
  }
  return outcomes;
}
