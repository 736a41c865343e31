import { expect, test } from "vitest";
import type { Image, Layer } from "../../oci/model/image.ts";
import type { ImageConfig } from "../../oci/model/spec.ts";
import { checkFinalUser, extendedImage, instructionsOf, isRebasable, userOf } from "./extended-image.ts";

const layer = (name: string): Layer => ({ diffId: `sha256:${name}`, digest: `sha256:${name}` }) as unknown as Layer;
const configOf = (config: ImageConfig["config"], history: ImageConfig["history"] = []): ImageConfig => ({
  os: "linux",
  architecture: "amd64",
  created: "1980",
  rootfs: { type: "layers", diff_ids: ["sha256:base"] },
  config: config ?? {},
  history,
});
const base: Image = {
  config: configOf({ User: "1000:1001", Env: ["PATH=/bin", "A=1"] }, [
    { created_by: "base" },
    { created_by: "USER", empty_layer: true },
  ]),
  layers: [layer("base")],
  raw: { manifest: Buffer.from("m"), config: Buffer.from("c"), mediaType: "x" },
};
const apt = { extension: { id: "acme/apt", version: "1", extension: true } };

test("an extended image has the same metadata as from the lifecycle", () => {
  const made = configOf({ User: "1000:1001", Env: ["A=1", "B=2", "PATH=/opt:/bin"], Labels: { a: "b" } });
  const layers = [{ layer: layer("one"), instruction: "RUN x" }];
  expect(extendedImage(base, made, layers, apt, true)).toEqual({
    config: {
      ...base.config,
      config: {
        User: "1000:1001",
        Env: ["PATH=/opt:/bin", "A=1", "B=2"],
        Labels: { a: "b", "io.buildpacks.rebasable": "false" },
      },
      rootfs: { type: "layers", diff_ids: ["sha256:base", "sha256:one"] },
      history: [{ created_by: "base" }, { created_by: "Layer: 'RUN x', Created by extension: acme/apt" }],
    },
    layers: [...base.layers, layer("one")],
  });
});

test.for([
  ["true", true, true],
  ["1", true, true],
  ["true", false, false],
  ["yes", true, false],
  [undefined, true, false],
] as const)("the label %s, where earlier ones were %s", ([label, before, expected]) => {
  const made = configOf({ ...(label === undefined ? {} : { Labels: { "io.buildpacks.rebasable": label } }) });
  expect(isRebasable(extendedImage(base, made, [], apt, before))).toBe(expected);
});

test.for<[string, readonly string[], readonly string[]]>([
  ["each instruction has an entry", ["USER root", "RUN x", "COPY a b"], ["RUN x", "COPY a b"]],
  ["entries that nobody understands tell of themselves", ["RUN x"], ["run", "copy"]],
])("%s", ([, instructions, expected]) => {
  const entries = [{ created_by: "user", empty_layer: true }, { created_by: "run" }, { created_by: "copy" }];
  const made = configOf({}, [...(base.config.history ?? []), ...entries]);
  expect(instructionsOf(base.config, made, instructions)).toEqual(expected);
});

test.for([
  [undefined, { user: "", group: "" }],
  ["cnb", { user: "cnb", group: "" }],
  ["1000:1001", { user: "1000", group: "1001" }],
] as const)("the user and group of %s", ([User, expected]) => {
  expect(userOf(configOf(User === undefined ? {} : { User }))).toEqual(expected);
});

test.for([
  ["run", "1000:1001", undefined],
  ["run", "1002", "extension a@1 leaves 1002 as the user of the run image, which was 1000"],
  ["build", "root", "extension a@1 leaves root as the user of the build image, which was 1000"],
] as const)("the %s image may end with the user %s", ([kind, User, expected]) => {
  expect(checkFinalUser(kind, base, { ...base, config: configOf({ User }) }, "a@1")).toBe(expected);
});

test.for(["root", "0", "0:0", "root:1000", "00", "+0", "", ":1000"])("the app does not run as %s", (User) => {
  const check = () => checkFinalUser("run", base, { ...base, config: configOf({ User }) }, "a@1");
  expect(check).toThrow(expect.objectContaining({ code: "EXTENSION_APPLY_FAILED" }));
});
