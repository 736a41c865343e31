import { expect, test } from "vitest";
import type { PackageIndex } from "../package-manager.ts";
import { netrcLines } from "./netrc.ts";

const index = (rest: Partial<PackageIndex>): PackageIndex => ({
  name: "own",
  url: undefined,
  username: "me",
  password: "s3cret",
  isDefault: false,
  ...rest,
});
const named = [
  { name: "own", url: "https://own.test:8443/simple" },
  { name: "other", url: "https://$" + "{USER}:$" + "{PASSWORD}@other.test/simple" },
];

test.for<[string, Partial<PackageIndex>[], readonly string[]]>([
  [
    "the host of a binding's URL",
    [{ name: "x", url: "https://x.test/simple" }],
    ["machine x.test login me password s3cret"],
  ],
  ["the host of the app's index with the binding's name", [{}], ["machine own.test login me password s3cret"]],
  ["no host for a name that the app does not have", [{ name: "x" }], []],
  ["no host without a user name and password", [{ password: undefined }, { username: undefined }], []],
  [
    "the first of two credentials for one host",
    [{ name: "other" }, { name: "x", url: "https://other.test/more", password: "no" }],
    ["machine other.test login me password s3cret"],
  ],
  [
    "quotes around a password with special characters",
    [{ password: `a "b" \\ #` }],
    [`machine own.test login me password "a \\"b\\" \\\\ #"`],
  ],
])("the netrc file for bindings has %s", ([, given, expected]) =>
  expect(netrcLines(given.map(index), named)).toEqual(expected),
);
