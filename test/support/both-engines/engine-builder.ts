import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { writeFiles } from "libcnb/testing";
import { builderIn, madeOnce, referenceBases } from "../../e2e/reference/reference-world.ts";
import type { AppWorld } from "../apps/app-cases.ts";
import { cnbSucceeds, pinnedNode } from "../cnb.ts";
import { serve } from "../file-mirror.ts";
import { packaged } from "./detects.ts";

/** The reference buildpacks that the small engine can build with. */
export const engineBuildpacks: readonly string[] = [
  "ca-certificates",
  "environment-variables",
  "git",
  "image-labels",
  "java-start",
  "node-start",
  "procfile",
  "python-start",
  "static-web",
];

/** The builders of a runtime: `small` has no Node.js. */
export type BuilderRuntime = "small" | "node";

/**
 * Stands for the buildpacks that install Node.js, CPython and a JRE and for node-packages, which build on Node.js themselves.
 * It is a shell script. Node.js comes from a server of the test, since the builder shall have none.
 */
const runtimes = {
  "buildpack.toml": `api = "0.10"\n[buildpack]\nid = "test/runtimes"\nversion = "0.1.0"\n`,
  "bin/detect": {
    mode: 0o755,
    contents: `#!/bin/sh
cat >"$CNB_BUILD_PLAN_PATH" <<'end'
[[provides]]
name = "node"
[[or]]
[[or.provides]]
name = "python"
[[or]]
[[or.provides]]
name = "jre"
end
`,
  },
  "bin/build": {
    mode: 0o755,
    contents: `#!/bin/sh
set -e
grep -q '"node"' "$CNB_BP_PLAN_PATH" || exit 0
mkdir -p "$CNB_LAYERS_DIR/node/bin"
curl -sSf --output "$CNB_LAYERS_DIR/node/bin/node" "$TEST_NODE_URL"
chmod 755 "$CNB_LAYERS_DIR/node/bin/node"
printf '[types]\\nbuild = true\\nlaunch = true\\n' >"$CNB_LAYERS_DIR/node.toml"
[ -e package.json ] || exit 0
printf '[[slices]]\\npaths = ["node_modules"]\\n' >"$CNB_LAYERS_DIR/launch.toml"
script=$("$CNB_LAYERS_DIR/node/bin/node" -p 'require("./package.json").scripts.build ?? ""')
sh -c "$script"
`,
  },
};

const families = [["java-start"], ["python-start"], ["node-start"], ["static-web", "procfile?"]];
const groups = [...families.map((family) => ["test/runtimes", ...family]), ["procfile"]];

/** Makes the builder with these buildpacks, packaged for a runtime. */
export async function engineBuilder(runtime: BuilderRuntime): Promise<string> {
  const { dir, baseBuild, baseRun } = await referenceBases();
  const own = join(dir, `engine-builder-parts-${runtime}`);
  const builder = builderIn(dir, `engine-builder-${runtime}`);
  await madeOnce(`engine-builder-${runtime}`, async () => {
    await writeFiles(join(own, "runtimes"), runtimes);
    const uris = [join(own, "runtimes"), await packaged(own, { names: engineBuildpacks, runtime })];
    await writeFile(join(own, "builder.toml"), builderToml(uris, { build: baseBuild, run: baseRun }));
    await cnbSucceeds(["builder", "create", builder, "--config", join(own, "builder.toml")]);
  });
  return builder;
}

function builderToml(
  uris: readonly string[],
  { build, run }: { readonly build: string; readonly run: string },
): string {
  const whole = groups.map((group) => [
    "ca-certificates?",
    "git?",
    ...group,
    "environment-variables?",
    "image-labels?",
  ]);
  return [
    `[build]\nimage = "${build}"\n[[run.images]]\nimage = "${run}"`,
    ...uris.map((uri) => `[[buildpacks]]\nuri = "${uri}"`),
    ...whole.flatMap((group) => ["[[order]]", ...group.map(memberToml)]),
  ].join("\n");
}

function memberToml(member: string): string {
  const name = member.replace("?", "");
  const id = name.includes("/") ? name : `libcnb/${name}`;
  return `[[order.group]]\nid = "${id}"\nversion = "0.1.0"\noptional = ${member.endsWith("?")}`;
}

/** A builder, and a server with Node.js for its stand-in. */
export async function engineWorld(runtime: BuilderRuntime): Promise<AppWorld & AsyncDisposable> {
  const builder = await engineBuilder(runtime);
  const server = await serve(async () => pinnedNode);
  return {
    builder,
    env: { TEST_NODE_URL: `${server.url}/node` },
    certificates: [],
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
