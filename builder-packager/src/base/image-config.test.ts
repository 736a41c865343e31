import { expect, test } from "vitest";
import { distributionOf } from "./image-config.ts";

const debian = { origin: "Debian", version: "12.11" };

test.for<[string, string | undefined, Parameters<typeof distributionOf>[1], ReturnType<typeof distributionOf>]>([
  [
    "its own os-release",
    'NAME="Ubuntu"\nID=ubuntu\nVERSION_ID="24.04"\n',
    debian,
    { name: "ubuntu", version: "24.04" },
  ],
  ["the archive, by its major version, when it is Debian", undefined, debian, { name: "debian", version: "12" }],
  [
    "the archive, by its whole version, otherwise",
    undefined,
    { origin: "Ubuntu", version: "24.04" },
    { name: "ubuntu", version: "24.04" },
  ],
  [
    "nobody: a suite without releases",
    "ID=debian\n",
    { origin: "Debian", version: undefined },
    { name: "debian", version: "" },
  ],
])("the distribution of an image is named by %s", ([, osRelease, release, expected]) => {
  expect(distributionOf(osRelease, release)).toEqual(expected);
});
