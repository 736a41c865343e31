import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execute } from "../../support/cnb.ts";
import { withoutClouds } from "../../support/lifecycle/released-lifecycle.ts";
import { type ExportInput, group } from "./export-input.ts";

/** Prepares an export by the official exporter: the analyzer has run already. Needs bubblewrap, for the paths that it sees. */
export async function theirExport(input: ExportInput): Promise<() => Promise<unknown>> {
  const state = join(input.dir, "theirs");
  await rm(state, { recursive: true, force: true });
  for (const name of ["config", "tmp"]) await mkdir(join(state, name), { recursive: true });
  const [{ id, version, api }] = group;
  await writeFile(
    join(state, "config/metadata.toml"),
    `[[buildpacks]]\nid = "${id}"\nversion = "${version}"\napi = "${api}"\n`,
  );
  await writeFile(join(state, "group.toml"), `[[group]]\nid = "${id}"\nversion = "${version}"\napi = "${api}"\n`);
  const analyzed = ["-analyzed", "/state/analyzed.toml"];
  await run(input, "analyzer", [...analyzed, "-run-image", input.runImage, input.output]);
  const launcher = ["-launcher", "/rootfs/cnb/lifecycle/launcher", "-launcher-sbom", "/rootfs/cnb/lifecycle"];
  const exporter = [...analyzed, "-group", "/state/group.toml", "-app", "/workspace", ...launcher, input.output];
  return () => run(input, "exporter", exporter);
}

async function run({ dir }: ExportInput, program: string, args: readonly string[]): Promise<void> {
  const mounts = [
    ["bin", "/cnb/lifecycle"],
    ["rootfs", "/rootfs"],
    ["layers", "/layers"],
    ["app", "/workspace"],
    ["theirs", "/state"],
  ];
  const env = {
    CNB_PLATFORM_API: "0.15",
    CNB_USER_ID: "1000",
    CNB_GROUP_ID: "1000",
    CNB_NO_COLOR: "true",
    HOME: "/state",
    ...withoutClouds,
  };
  const bubblewrap = [
    "--tmpfs",
    "/",
    "--proc",
    "/proc",
    "--dev",
    "/dev",
    "--ro-bind",
    "/etc",
    "/etc",
    ...mounts.flatMap(([source = "", target = ""]) => ["--bind", join(dir, source), target]),
    "--bind",
    join(dir, "theirs/config"),
    "/layers/config",
    "--bind",
    join(dir, "theirs/tmp"),
    "/tmp",
    "--unshare-user",
    "--uid",
    "1000",
    "--gid",
    "1000",
    "--die-with-parent",
    "--clearenv",
    "--chdir",
    "/workspace",
    ...Object.entries(env).flatMap(([name, value]) => ["--setenv", name, value]),
    "--",
    `/cnb/lifecycle/${program}`,
    "-layers",
    "/layers",
    ...args,
  ];
  const { exitCode, stdout, stderr } = await execute("bwrap", bubblewrap);
  if (exitCode !== 0) throw new Error(`the ${program} exited ${exitCode}: ${stdout}${stderr}`);
}
