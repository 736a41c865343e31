import { defineBuildpack, pass } from "libcnb";
import { build } from "libcnb/testing";
import { expect, test } from "vitest";
import type { PackageIndex } from "../package-manager.ts";
import { netrcLines, packageIndexes } from "./indexes.ts";

/** The index that a binding names. */
async function indexOf(binding: Readonly<Record<string, string>>): Promise<PackageIndex | undefined> {
  const found: PackageIndex[] = [];
  const buildpack = defineBuildpack({
    detect: () => pass(),
    async build({ bindings }) {
      found.push(...(await packageIndexes(bindings)));
      return {};
    },
  });
  await build(buildpack, { bindings: { own: { type: "pypi", ...binding } } });
  return found[0];
}

const none = { name: "own", url: undefined, username: undefined, password: undefined, isDefault: false };

test.for<[string, Readonly<Record<string, string>>, Partial<PackageIndex>]>([
  ["no entries", {}, {}],
  [
    "credentials in its URL",
    { url: "https://me:p%40ss@a.example/simple", default: "true" },
    { url: "https://a.example/simple", username: "me", password: "p@ss", isDefault: true },
  ],
  [
    "a percent sign in its URL's password",
    { url: "https://me:100%@a.example/simple" },
    { url: "https://a.example/simple", username: "me", password: "100%" },
  ],
  ["a token", { token: "abcd\n" }, { username: "__token__", password: "abcd" }],
])("a package index is read from a binding with %s", async ([, binding, expected]) =>
  expect(await indexOf(binding)).toEqual({ ...none, ...expected }),
);

test.for(["ftp://a.example", "a.example/simple", "s3cret"])("a binding whose url is %s is refused", async (url) => {
  const error = await indexOf({ url }).catch((reason: unknown) => reason);
  expect(error).toMatchObject({
    code: "PYTHON_INDEX_INVALID",
    message: 'the entry "url" of the binding own is not an http or https URL',
  });
});

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
  [
    "the host of the app's index that has the same name as the binding",
    [{}],
    ["machine own.test login me password s3cret"],
  ],
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
])("the netrc file that is generated from bindings has %s", ([, given, expected]) =>
  expect(netrcLines(given.map(index), named)).toEqual(expected),
);
