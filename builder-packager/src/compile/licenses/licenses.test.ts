import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { legalComments } from "../bundle/legal-comments.ts";
import { nativeWarnings } from "../bundle/native-add-ons.ts";
import { bundledPackages } from "../bundle/packages.ts";
import { licenseText, licenseWarnings, packageLicenses } from "./licenses.ts";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "licenses-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** The packages that the files belong to, each with one source of ten bytes. */
async function packagesWith(files: Readonly<Record<string, string>>) {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  const sources = Object.keys(files).filter((path) => path.endsWith(".js"));
  return bundledPackages(
    sources.map((path) => ({ path: join(root, path), bytes: 10 })),
    [{ id: "me/x", entry: join(root, "src/buildpack.js") }],
  );
}

const at = "node_modules/p";
const manifest = (fields: object) => JSON.stringify({ name: "p", version: "1.0.0", ...fields });

test.for<[string, Record<string, string>, string | undefined, string[], string[]]>([
  [
    "is found in an SPDX ID and a LICENSE file",
    { "package.json": manifest({ license: "MIT" }), LICENSE: "text\r\n" },
    "MIT",
    ["text"],
    [],
  ],
  [
    "is found in several license files, which are sorted",
    {
      "package.json": manifest({ license: "MIT" }),
      "NOTICE.md": "n",
      "LICENSE-MIT": "m",
      "ThirdPartyNotices.txt": "t",
    },
    "MIT",
    ["m", "n", "t"],
    [],
  ],
  [
    "is found in a LICENSES directory",
    { "package.json": manifest({ license: "A OR B" }), "LICENSES/B.txt": "b", "LICENSES/A.txt": "a" },
    "A OR B",
    ["a", "b"],
    [],
  ],
  [
    "is found in a section of the README",
    {
      "package.json": manifest({ license: "ISC" }),
      "readme.md": "# p\n\nx\n\n## License\n\nISC, me\n\n## More\n\ny\n",
    },
    "ISC",
    ["ISC, me"],
    [],
  ],
  [
    "is found in an object in package.json",
    { "package.json": manifest({ license: { type: "BSD", url: "x" } }) },
    "BSD",
    [],
    [],
  ],
  [
    "is found in a list in package.json",
    { "package.json": manifest({ licenses: [{ type: "MIT" }, { type: "GPL-2.0" }] }) },
    "(MIT OR GPL-2.0)",
    [],
    [],
  ],
  [
    "is found in a file if package.json names none",
    { "package.json": manifest({}), COPYING: "text" },
    undefined,
    ["text"],
    [],
  ],
  [
    "causes a warning if neither package.json nor a file names one",
    { "package.json": manifest({}), "licenses.js": "1" },
    undefined,
    [],
    ["p@1.0.0 is bundled without a licence: neither its package.json nor a file names one"],
  ],
  [
    "causes a warning if package.json has values of wrong types",
    { "package.json": manifest({ license: 7, licenses: [null, { type: {} }], version: 3 }) },
    undefined,
    [],
    ["p is bundled without a licence: neither its package.json nor a file names one"],
  ],
  [
    "causes a warning if package.json is malformed",
    { "package.json": "{" },
    undefined,
    [],
    ["p is bundled without a licence: neither its package.json nor a file names one"],
  ],
  [
    "causes a warning if package.json states UNLICENSED",
    { "package.json": manifest({ license: "UNLICENSED" }) },
    "UNLICENSED",
    [],
    ["p@1.0.0 is bundled, and its package.json says UNLICENSED"],
  ],
])("the license of an npm package %s", async ([, files, license, texts, warnings]) => {
  const inside = Object.fromEntries(Object.entries(files).map(([path, text]) => [`${at}/${path}`, text]));
  const packages = await packagesWith({ ...inside, [`${at}/dist/main.js`]: "1" });
  const licenses = await packageLicenses(packages);
  expect(licenses.map((each) => [each.license, each.texts])).toEqual([[license, texts]]);
  expect(licenseWarnings(packages, licenses)).toEqual(warnings);
});

describe("the license of an npm package", () => {
  test("is not read through a symbolic link or from a directory", async () => {
    const packages = await packagesWith({
      "secret.txt": "secret",
      [`${at}/package.json`]: manifest({}),
      [`${at}/main.js`]: "1",
      [`${at}/LICENSE.d/x`]: "x",
    });
    await symlink(join(root, "secret.txt"), join(root, at, "LICENSE"));
    expect((await packageLicenses(packages)).map(({ texts }) => texts)).toEqual([[]]);
  });

  test("in a workspace defaults to the workspace's license, without a warning about the author's own packages", async () => {
    const packages = await packagesWith({
      LICENSE: "ours",
      "package.json": manifest({ name: "all", private: true, workspaces: ["libs/*"] }),
      "libs/a/package.json": manifest({ name: "a" }),
      "libs/a/src/a.js": "1",
      "src/buildpack.js": "1",
    });
    const licenses = await packageLicenses(packages);
    expect(licenses.map(({ name, texts }) => [name, texts])).toEqual([
      ["a", ["ours"]],
      ["all", ["ours"]],
    ]);
    expect(licenseWarnings(packages, licenses)).toEqual([]);
  });

  test("is not taken from a parent directory that is not a workspace", async () => {
    const packages = await packagesWith({
      LICENSE: "of my home",
      "work/p/package.json": manifest({ private: true }),
      "work/p/x.js": "1",
    });
    expect((await packageLicenses(packages)).map(({ texts }) => texts)).toEqual([[]]);
  });

  test("is read once per installed copy of the package, in any directory", async () => {
    const copy = { "package.json": manifest({ license: "MIT" }), "x.js": "1", LICENSE: "text" };
    const folders = ["node_modules/p", "node_modules/q/node_modules/p", "node_modules/.pnpm/p@1.0.0/node_modules/p"];
    const files = folders.flatMap((folder) => Object.entries(copy).map(([path, text]) => [`${folder}/${path}`, text]));
    const licenses = await packageLicenses(await packagesWith(Object.fromEntries(files)));
    expect(licenses).toEqual([{ name: "p", version: "1.0.0", license: "MIT", texts: ["text"] }]);
  });
});

test("a package that loads native add-ons at run time is reported", async () => {
  const bindings = { name: "bindings", version: "1.5.0", license: "MIT" };
  const at = "node_modules/bindings";
  const packages = await packagesWith({ [`${at}/package.json`]: JSON.stringify(bindings), [`${at}/bindings.js`]: "1" });
  expect(nativeWarnings(packages)).toEqual([
    "bindings@1.5.0 is bundled and loads native add-ons, which a compiled buildpack cannot contain",
  ]);
});

test("legal comments are listed once, without file names", () => {
  const collected = `Bundled license information:

a/index.js:
b/index.js:
  /*!
   * Contains z, MIT
   */

../../c.js:
  /*! one */
  /*! two */
  // @license three
`;
  expect(legalComments(Buffer.from(collected))).toEqual([
    "/*!\n * Contains z, MIT\n */",
    "/*! one */",
    "/*! two */",
    "// @license three",
  ]);
  expect(legalComments(undefined)).toEqual([]);
});

const line = "-".repeat(80);

test("the license file lists every bundled package, has each text once, and ends with the license of Node.js", () => {
  const packages = [
    { name: "@a/b", version: "1.2.3", license: "MIT", texts: ["Copyright B", "Notice B"] },
    { name: "c", version: undefined, license: undefined, texts: [] },
    { name: "d", version: "4.0.0", license: "MIT", texts: ["  Copyright\nB", "Copyright D", "Copyright D"] },
  ];
  expect(
    licenseText(packages, { node: "Node.js is licensed…\n", notices: ["/*! D */"] }),
  ).toBe(`This program contains Node.js and the packages below.

  @a/b 1.2.3 (MIT)
  c (no licence stated)
  d 4.0.0 (MIT)

${line}

@a/b 1.2.3 (MIT)
d 4.0.0 (MIT)

Copyright B

${line}

@a/b 1.2.3 (MIT)

Notice B

${line}

d 4.0.0 (MIT)

Copyright D

${line}

Notices in the source of these packages

/*! D */

${line}

Node.js is licensed…
`);
});
