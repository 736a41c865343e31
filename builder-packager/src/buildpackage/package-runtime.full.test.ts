// @needs processes
import { afterAll, beforeAll, expect, test } from "vitest";
import { depends, order, prebuilt, toml } from "./testing/descriptors.ts";
import { type PackagingWorkspace, packagingWorkspace } from "./testing/packaging-workspace.ts";

let workspace: PackagingWorkspace;
beforeAll(async () => {
  workspace = await packagingWorkspace();
});
afterAll(() => workspace.remove());

const source = `import { defineBuildpack, pass } from "libcnb";
export default defineBuildpack({ detect: () => pass(), build: () => ({}) });
`;
const typescript = (id: string, manifest = "{}") => ({
  "buildpack.toml": toml(id),
  "package.json": manifest,
  "src/buildpack.ts": source,
});
const recorded = async (location: string): Promise<unknown> =>
  JSON.parse((await workspace.read(location)).labels["io.libcnb.runtimes"] ?? "null");

test("a package records the runtime of each phase, also of buildpacks that were packaged before", async () => {
  const small = await workspace.project("small", typescript("me/small"));
  const mixed = await workspace.project("mixed", typescript("me/mixed", `{ "libcnb": { "runtime": "node" } }`));
  const script = await workspace.project("script", typescript("me/script"));
  await workspace.packaged(small, ["oci:of-small"]);
  await workspace.packaged(mixed, ["oci:of-mixed"]);
  await workspace.packaged(script, ["oci:of-script"], { runtime: "script" });
  expect(await recorded("oci:of-small")).toEqual({ "me/small@1.0.0": { detect: "small", build: "small" } });

  await workspace.folder("prebuilt", prebuilt("me/prebuilt"));
  const all = await workspace.folder("all", {
    "buildpack.toml": toml("me/all", order("me/small", "me/mixed", "me/script", "me/prebuilt")),
    "package.toml": depends("../of-small", "../of-mixed", "../of-script", "../prebuilt"),
  });
  await workspace.packaged(all, ["oci:of-all"]);
  expect(await recorded("oci:of-all")).toEqual({
    "me/mixed@1.0.0": { detect: "small", build: "node" },
    "me/script@1.0.0": { detect: "script", build: "script" },
    "me/small@1.0.0": { detect: "small", build: "small" },
  });
}, 180_000);

test("a package without compiled buildpacks has only the labels that pack writes", async () => {
  await workspace.packaged(await workspace.folder("scripts", prebuilt("me/scripts")), ["oci:of-scripts"]);
  expect(Object.keys((await workspace.read("oci:of-scripts")).labels).sort()).toEqual([
    "io.buildpacks.buildpack.layers",
    "io.buildpacks.buildpackage.metadata",
  ]);
});
