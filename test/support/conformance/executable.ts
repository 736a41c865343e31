import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { inTemporaryDirectory } from "../../../framework/src/host/files/temporary-directory.ts";
import { readFileMap, type Tree, writeFileMap } from "../../../framework/src/host/files/tree.ts";

const source = join(import.meta.dirname, "../../../framework/src");

/** The source of an executable as the compiler makes one, of the buildpack `test/x`: an expression in which all of the framework is there by name. */
export const executableOf = (buildpack: string, names: string): string => `
import { runBuildpacks } from ${JSON.stringify(join(source, "runtime/index.ts"))};
import { ${names} } from ${JSON.stringify(join(source, "index.ts"))};
await runBuildpacks({ "test/x": async () => ({ default: ${buildpack} }) });
`;

export const descriptor = `api = "0.10"\n[buildpack]\nid = "test/x"\nversion = "1.0.0"\nsbom-formats = ["application/vnd.cyclonedx+json"]\n`;

/** The result of a phase that ran in its own process. */
export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly plan: string;
  readonly layers: Tree;
}

/** How a phase is called otherwise than by a lifecycle. */
export interface Calling {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** With `<root>` for the directory of everything. */
  readonly args?: readonly string[];
  /** Below the directory of everything. Default: bp/bin/<phase>. */
  readonly name?: string;
}

/** Calls an executable as the lifecycle does, in a process of its own: bin/detect and bin/build are links to one file. */
export async function callExecutable(
  executable: string,
  phase: string,
  files: Tree,
  calling: Calling = {},
): Promise<Outcome> {
  return inTemporaryDirectory(async (root) => {
    await writeFileMap(root, {
      "app/": "",
      "layers/": "",
      "platform/": "",
      "plan.toml": "",
      "bp/buildpack.toml": descriptor,
      "bp/bin/main.mjs": executable,
      [`bp/bin/${phase}`]: "-> main.mjs",
      ...files,
    });
    const args = (calling.args ?? []).map((arg) => arg.replaceAll("<root>", root));
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ["--conditions=@libcnb/source", join(root, calling.name ?? `bp/bin/${phase}`), ...args],
      { cwd: join(root, "app"), encoding: "utf8", env: { ...environment(root), ...calling.env } },
    );
    const rename = (text: string) => text.replaceAll(root, "<root>");
    return { status, stdout: rename(stdout), stderr: rename(stderr), ...(await results(root)) };
  });
}

const environment = (root: string) => ({
  PATH: process.env.PATH,
  CNB_BUILDPACK_DIR: join(root, "bp"),
  CNB_PLATFORM_DIR: join(root, "platform"),
  CNB_LAYERS_DIR: join(root, "layers"),
  CNB_BUILD_PLAN_PATH: join(root, "plan.toml"),
  CNB_BP_PLAN_PATH: join(root, "plan.toml"),
  CNB_TARGET_OS: "linux",
  CNB_TARGET_ARCH: "amd64",
});

async function results(root: string): Promise<Pick<Outcome, "plan" | "layers">> {
  const { "plan.toml": plan, ...rest } = await readFileMap(root);
  const layers = Object.entries(rest).filter(([path]) => path.startsWith("layers/"));
  return { plan: String(plan), layers: Object.fromEntries(layers.map(([path, text]) => [path.slice(7), text])) };
}
