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
])("an app may be rebased onto another tag of its run image or of a mirror, here onto %j", (name) => {
  expect(failed(name, known)).toEqual([]);
});

test.for(["registry.test/base/other:1.0.1", "other.test/base/run:1.0.1", "registry.test:5000/base/run:1.0.1", "run"])(
  "an app may not be rebased onto another repository, here onto %j",
  (name) => {
    expect(failed(name, known)).toEqual([
      `${name} is not the run image of the app: the app records registry.test/base/run:1.0.1, mirror.test/run:1`,
    ]);
  },
);

test("rebasing an app onto another tag is refused if the tag's distribution is not the app's", () => {
  expect(failed("registry.test/base/run:2", known, "alpine")).toEqual([
    "the new base is alpine 12, but the app was built for debian 12",
  ]);
});

test.for<readonly [what: string, app: Image, base: Image, overriddenBy: readonly (string | undefined)[]]>([
  ["reports only the name of a new base of the same distribution", image("debian"), image("debian"), []],
  [
    "reports another distribution as a reason that --force can override",
    image("debian"),
    image("alpine"),
    ["distribution"],
  ],
  ["reports another architecture variant as a reason that --force can override", arm("v7"), arm("v8"), ["variant"]],
  [
    "reports an app labeled as not rebasable as a reason that --force can override",
    notRebasable,
    image("debian"),
    ["rebasable"],
  ],
  ["reports another architecture as a reason that --force cannot override", image("debian"), arm("v7"), [undefined]],
])("the rebase check %s", ([, app, base, overriddenBy]) => {
  const reasons = failedChecks(app, base, { name: "other.test/run:1", known, same: sameName });
  expect(reasons.map((each) => each.overriddenBy)).toEqual([...overriddenBy, "name"]);
});
