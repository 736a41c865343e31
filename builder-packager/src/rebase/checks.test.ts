import { expect, test } from "vitest";
import type { Image } from "../oci/model/image.ts";
import { emptyImage, withConfig, withLabels } from "../oci/model/mutate.ts";
import type { Platform } from "../oci/model/spec.ts";
import { sameName } from "../platform/image-names.ts";
import { failedChecks } from "./checks.ts";

const image = (distro: string, platform: Platform = { os: "linux", architecture: "amd64" }) =>
  withConfig(emptyImage(platform), {
    Env: ["CNB_PLATFORM_API=0.13"],
    Labels: { "io.buildpacks.base.distro.name": distro, "io.buildpacks.base.distro.version": "12" },
  });

const notRebasable = withLabels(image("debian"), { "io.buildpacks.rebasable": "false" });
const arm = (variant: string) => image("debian", { os: "linux", architecture: "arm", variant });

const failed = (name: string | undefined, known: readonly string[], distro = "debian") =>
  failedChecks(image("debian"), image(distro), { name, known, same: sameName }).map(({ text }) => text);

const known = ["registry.test/base/run:1.0.1", "mirror.test/run:1"];

test.for([
  "registry.test/base/run:1.0.1",
  "registry.test/base/run:1.0.2",
  "registry.test/base/run",
  `registry.test/base/run@sha256:${"a".repeat(64)}`,
  "mirror.test/run:2",
])("an app may be rebased onto another tag of its run image or a mirror: %s", (name) => {
  expect(failed(name, known)).toEqual([]);
});

test.for(["registry.test/base/other:1.0.1", "other.test/base/run:1.0.1", "registry.test:5000/base/run:1.0.1", "run"])(
  "an app may not be rebased onto another repository: %s",
  (name) => {
    expect(failed(name, known)).toEqual([
      `${name} is not the run image of the app: the app records registry.test/base/run:1.0.1, mirror.test/run:1`,
    ]);
  },
);

test("rebasing onto another tag is refused if its distribution differs", () => {
  expect(failed("registry.test/base/run:2", known, "alpine")).toEqual([
    "the new base is alpine 12, but the app was built for debian 12",
  ]);
});

test.for<readonly [what: string, app: Image, base: Image, overriddenBy: readonly (string | undefined)[]]>([
  ["none for the same distribution", image("debian"), image("debian"), []],
  ["another distribution", image("debian"), image("alpine"), ["distribution"]],
  ["another architecture variant", arm("v7"), arm("v8"), ["variant"]],
  ["an app labeled as not rebasable", notRebasable, image("debian"), ["rebasable"]],
  ["another architecture, which --force does not override", image("debian"), arm("v7"), [undefined]],
])("rebasing reports a reason that --force can override: %s", ([, app, base, overriddenBy]) => {
  const reasons = failedChecks(app, base, { name: "other.test/run:1", known, same: sameName });
  expect(reasons.map((each) => each.overriddenBy)).toEqual([...overriddenBy, "name"]);
});
