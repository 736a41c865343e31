import { expect, test } from "vitest";
import { distributionOf } from "./image-config.ts";

const debian = { origin: "Debian", version: "12.11" };

test.for<[string, string | undefined, Parameters<typeof distributionOf>[1], ReturnType<typeof distributionOf>]>([
  [
    "the image's os-release",
    'NAME="Ubuntu"\nID=ubuntu\nVERSION_ID="24.04"\n',
    debian,
    { name: "ubuntu", version: "24.04" },
  ],
  ["the major version of Debian's package archive", undefined, debian, { name: "debian", version: "12" }],
  [
    "the full version of another distribution's package archive",
    undefined,
    { origin: "Ubuntu", version: "24.04" },
    { name: "ubuntu", version: "24.04" },
  ],
  [
    "os-release, without a version if the suite has no releases",
    "ID=debian\n",
    { origin: "Debian", version: undefined },
    { name: "debian", version: "" },
  ],
])("the distribution of an image is determined from %s", ([, osRelease, release, expected]) => {
  expect(distributionOf(osRelease, release)).toEqual(expected);
});
