import { expect, test } from "vitest";
import { formatImageReference } from "../../oci/model/reference.ts";
import { imageOrPackage } from "./image-or-package.ts";

test.for<readonly [string, string]>([
  ["web.cnb", "oci-archive:web.cnb"],
  ["./web.cnb", "oci-archive:./web.cnb"],
  ["../dist/web.cnb", "oci-archive:../dist/web.cnb"],
  ["/dist/web.cnb", "oci-archive:/dist/web.cnb"],
  ["oci-archive:web.cnb", "oci-archive:web.cnb"],
  ["oci:web.cnb", "oci:web.cnb"],
  ["example.com/web.cnb", "example.com/web.cnb"],
  ["localhost/web.cnb", "localhost/web.cnb"],
  ["localhost:5000/web.cnb", "localhost:5000/web.cnb"],
  ["web.cnb:1", "docker.io/library/web.cnb:1"],
  ["web", "docker.io/library/web"],
])("the command-line argument %s refers to %s", ([name, expected]) =>
  expect(formatImageReference(imageOrPackage(name))).toBe(expected),
);
