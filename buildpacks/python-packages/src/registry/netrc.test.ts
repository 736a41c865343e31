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
  ["an address", [{ name: "x", url: "https://x.test/simple" }], ["machine x.test login me password s3cret"]],
  ["a name of the app", [{}], ["machine own.test login me password s3cret"]],
  ["a name that nobody has", [{ name: "x" }], []],
  ["no login", [{ password: undefined }, { username: undefined }], []],
  [
    "two of one host: the first",
    [{ name: "other" }, { name: "x", url: "https://other.test/more", password: "no" }],
    ["machine other.test login me password s3cret"],
  ],
  ["other signs", [{ password: `a "b" \\ #` }], [`machine own.test login me password "a \\"b\\" \\\\ #"`]],
])("logins by host: %s", ([, given, expected]) => expect(netrcLines(given.map(index), named)).toEqual(expected));
