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

test("an extended image has the same metadata as an image that the lifecycle extends", () => {
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
  ["is rebasable if it was rebasable before and its label is true", "true", true, true],
  ["is rebasable if it was rebasable before and its label is 1", "1", true, true],
  ["is not rebasable if it was not rebasable before", "true", false, false],
  ["is not rebasable if its label is yes", "yes", true, false],
  ["is not rebasable without the label", undefined, true, false],
] as const)("an extended image %s", ([, label, before, expected]) => {
  const made = configOf({ ...(label === undefined ? {} : { Labels: { "io.buildpacks.rebasable": label } }) });
  expect(isRebasable(extendedImage(base, made, [], apt, before))).toBe(expected);
});

test.for<[string, readonly string[], readonly string[]]>([
  ["names the instruction of each layer", ["USER root", "RUN x", "COPY a b"], ["RUN x", "COPY a b"]],
  ["keeps the texts of its entries if their number differs from that of the instructions", ["RUN x"], ["run", "copy"]],
])("the history of an extended image %s", ([, instructions, expected]) => {
  const entries = [{ created_by: "user", empty_layer: true }, { created_by: "run" }, { created_by: "copy" }];
  const made = configOf({}, [...(base.config.history ?? []), ...entries]);
  expect(instructionsOf(base.config, made, instructions)).toEqual(expected);
});

test.for([
  ["without User", undefined, { user: "", group: "" }],
  ["with a user name", "cnb", { user: "cnb", group: "" }],
  ["with user and group IDs", "1000:1001", { user: "1000", group: "1001" }],
] as const)("user and group are read from an image configuration %s", ([, User, expected]) => {
  expect(userOf(configOf(User === undefined ? {} : { User }))).toEqual(expected);
});

test.for([
  ["run", "1000:1001", "accepted", undefined],
  [
    "run",
    "1002",
    "accepted with a warning",
    "after the extension a@1, the user of the run image is 1002 instead of 1000",
  ],
  [
    "build",
    "root",
    "accepted with a warning",
    "after the extension a@1, the user of the build image is root instead of 1000",
  ],
] as const)("the extended %s image with %s as last user of the Dockerfile is %s", ([kind, User, , expected]) => {
  expect(checkFinalUser(kind, base, { ...base, config: configOf({ User }) }, "a@1")).toBe(expected);
});

test.for(["root", "0", "0:0", "root:1000", "00", "+0", "", ":1000"])("an app image with user %j is refused", (User) => {
  const check = () => checkFinalUser("run", base, { ...base, config: configOf({ User }) }, "a@1");
  expect(check).toThrow(expect.objectContaining({ code: "EXTENSION_APPLY_FAILED" }));
});
