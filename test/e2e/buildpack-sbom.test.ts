import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import addFormats2019 from "ajv-formats-draft2019";
import { afterEach, beforeEach, expect, test } from "vitest";
import { buildpackSbom } from "../../builder-packager/src/compile/buildpack-sbom.ts";
import { programComponents } from "../../builder-packager/src/compile/components.ts";
import { bundledPackages } from "../../builder-packager/src/compile/packages.ts";
import { root as repository } from "../support/cnb.ts";

const schema = (name: string) =>
  JSON.parse(readFileSync(join(repository, "test/fixtures/schemas/cyclonedx", name), "utf8"));
const ajv = addFormats2019(addFormats.default(new Ajv({ strict: false, formats: { string: true as const } })));
ajv.addSchema(schema("spdx.schema.json")).addSchema(schema("jsf-0.82.schema.json"));
const validate = ajv.compile(schema("bom-1.6.schema.json"));

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "sbom-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function write(files: Readonly<Record<string, unknown>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), JSON.stringify(content));
  }
}

const sha512 = "ab".repeat(64);
const integrity = `sha1-x sha512-${Buffer.from(sha512, "hex").toString("base64")}`;
const files = {
  "package.json": { name: "@me/hello", version: "1.2.3", license: "MIT", private: true },
  "node_modules/.package-lock.json": {
    packages: {
      "node_modules/a": { version: "1.0.0", integrity },
      "node_modules/@s/b": { version: "9.9.9", integrity },
      "node_modules/a/node_modules/c": { version: "3.0.0", integrity: 7 },
    },
  },
  "node_modules/a/package.json": { name: "a", version: "1.0.0", license: "(MIT OR Apache-2.0)", description: "An a" },
  "node_modules/@s/b/package.json": { name: "@s/b", version: "2.0.0", licenses: [{ type: "My own" }] },
  "node_modules/a/node_modules/c/package.json": { name: "c", version: "3.0.0" },
  "node_modules/.pnpm/c@3.0.0/node_modules/c/package.json": { name: "c", version: "3.0.0" },
};
const scripts = [
  "src/buildpack.ts",
  "node_modules/a/a.js",
  "node_modules/@s/b/dist/b.js",
  "node_modules/a/node_modules/c/c.js",
  "node_modules/.pnpm/c@3.0.0/node_modules/c/c.js",
];

const packagesOf = () =>
  bundledPackages(
    scripts.map((path) => ({ path: join(root, path), bytes: 1 })),
    [{ id: "me/hello", entry: join(root, "src/buildpack.ts") }],
  );

const subject = { id: "me/hello", version: "1.0.0", name: "Hello", description: "greets", licenses: ["MIT"] };

test("an SBOM of a script names the buildpack and each bundled package once", async () => {
  await write(files);
  const text = await buildpackSbom(subject, programComponents({ packages: packagesOf(), node: undefined }));
  expect(JSON.parse(text)).toEqual({
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: {
      component: {
        type: "application",
        name: "me/hello",
        version: "1.0.0",
        "bom-ref": "buildpack:me/hello@1.0.0",
        description: "Hello: greets",
        licenses: [{ license: { id: "MIT" } }],
      },
    },
    components: [
      {
        ...{ type: "library", name: "hello", group: "@me", version: "1.2.3", licenses: [{ license: { id: "MIT" } }] },
        ...{ "bom-ref": "pkg:npm/%40me/hello@1.2.3", purl: "pkg:npm/%40me/hello@1.2.3" },
      },
      {
        ...{ type: "library", name: "b", group: "@s", version: "2.0.0", licenses: [{ license: { name: "My own" } }] },
        ...{ "bom-ref": "pkg:npm/%40s/b@2.0.0", purl: "pkg:npm/%40s/b@2.0.0" },
      },
      {
        ...{ type: "library", name: "a", version: "1.0.0", description: "An a" },
        ...{ "bom-ref": "pkg:npm/a@1.0.0", purl: "pkg:npm/a@1.0.0", hashes: [{ alg: "SHA-512", content: sha512 }] },
        licenses: [{ expression: "MIT OR Apache-2.0" }],
      },
      { type: "library", name: "c", version: "3.0.0", "bom-ref": "pkg:npm/c@3.0.0", purl: "pkg:npm/c@3.0.0" },
    ],
    dependencies: [
      {
        ref: "buildpack:me/hello@1.0.0",
        dependsOn: ["pkg:npm/%40me/hello@1.2.3", "pkg:npm/%40s/b@2.0.0", "pkg:npm/a@1.0.0", "pkg:npm/c@3.0.0"],
      },
      { ref: "pkg:npm/%40me/hello@1.2.3" },
      { ref: "pkg:npm/%40s/b@2.0.0" },
      { ref: "pkg:npm/a@1.0.0" },
      { ref: "pkg:npm/c@3.0.0" },
    ],
  });
});

test("one of an executable names Node.js and what that is made of, is valid, and the same each time", async () => {
  await write(files);
  const components = programComponents({ packages: packagesOf(), node: "arm64" });
  const text = await buildpackSbom(subject, components);
  expect(await buildpackSbom(subject, components.toReversed())).toBe(text);
  const document = JSON.parse(text);
  expect([validate(document), validate.errors]).toEqual([true, null]);
  const { hashes, cpe } = document.components.find(({ name }: { name: string }) => name === "node");
  expect([hashes, cpe]).toEqual([
    [{ alg: "SHA-256", content: "0f8949d1028f6d61506b2d5bc57e7e6fe893d7b1997509b7847294fc9c616584" }],
    "cpe:2.3:a:nodejs:node.js:24.21.0:*:*:*:*:*:*:*",
  ]);
  const node = document.dependencies.find(({ ref }: { ref: string }) => ref === "pkg:generic/node@24.21.0");
  expect(node.dependsOn).toEqual(expect.arrayContaining(["pkg:generic/openssl@3.5.8", "pkg:npm/undici@7.29.1"]));
  expect(document.dependencies[0].dependsOn).not.toContain("pkg:generic/openssl@3.5.8");
});

test("what a package writes into its package.json cannot break it", async () => {
  const hostile = { name: "../x\n%", version: `${"9".repeat(2000)}`, license: "\ud800 ((", description: { a: 1 } };
  await write({ "node_modules/a/package.json": hostile, "node_modules/.package-lock.json": { packages: [] } });
  const packages = bundledPackages([{ path: join(root, "node_modules/a/a.js"), bytes: 1 }], []);
  const document = JSON.parse(await buildpackSbom(subject, programComponents({ packages, node: undefined })));
  expect([validate(document), validate.errors]).toEqual([true, null]);
});
