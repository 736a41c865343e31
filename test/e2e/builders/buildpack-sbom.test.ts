import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { build } from "libcnb/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { bundledPackages } from "../../../builder-packager/src/compile/bundle/packages.ts";
import { buildpackSbom } from "../../../builder-packager/src/compile/licenses/buildpack-sbom.ts";
import { engineComponent, programComponents } from "../../../builder-packager/src/compile/licenses/components.ts";
import { engineParts } from "../../../builder-packager/src/compile/small/engine.ts";
import nodePackages from "../../../buildpacks/node-packages/src/buildpack.ts";
import { machineEnv } from "../../../buildpacks/node-packages/src/test-machine.ts";
import { root as repository } from "../../support/cnb.ts";
import { sbomSchemas, schemaErrors } from "../../support/images/sbom-schemas.ts";

const validate = sbomSchemas.cdx;

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

test("the SBOM of a script buildpack lists the buildpack and each bundled package once", async () => {
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
        type: "library",
        name: "hello",
        group: "@me",
        version: "1.2.3",
        licenses: [{ license: { id: "MIT" } }],
        "bom-ref": "pkg:npm/%40me/hello@1.2.3",
        purl: "pkg:npm/%40me/hello@1.2.3",
      },
      {
        type: "library",
        name: "b",
        group: "@s",
        version: "2.0.0",
        licenses: [{ license: { name: "My own" } }],
        "bom-ref": "pkg:npm/%40s/b@2.0.0",
        purl: "pkg:npm/%40s/b@2.0.0",
      },
      {
        type: "library",
        name: "a",
        version: "1.0.0",
        description: "An a",
        "bom-ref": "pkg:npm/a@1.0.0",
        purl: "pkg:npm/a@1.0.0",
        hashes: [{ alg: "SHA-512", content: sha512 }],
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

test("the SBOM of an executable buildpack lists Node.js and its components, is valid, and is reproducible", async () => {
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

test("the SBOM of a buildpack on the small JavaScript engine lists each part of the engine, and is valid", async () => {
  const document = JSON.parse(await buildpackSbom(subject, engineParts().map(engineComponent)));
  expect([validate(document), validate.errors]).toEqual([true, null]);
  const purls: readonly string[] = document.components.map(({ purl }: { purl: string }) => purl);
  expect(purls.toSorted()).toEqual(
    engineParts()
      .map(({ purl }) => purl)
      .toSorted(),
  );
  const musl = document.components.find(({ name }: { name: string }) => name === "musl");
  expect(musl).toEqual({
    type: "library",
    name: "musl",
    version: "1.2.5",
    "bom-ref": "pkg:generic/musl@1.2.5",
    purl: "pkg:generic/musl@1.2.5",
    cpe: "cpe:2.3:a:musl-libc:musl:1.2.5:*:*:*:*:*:*:*",
    licenses: [{ license: { id: "MIT" } }],
  });
});

test("invalid values in a package.json do not make a buildpack's SBOM invalid", async () => {
  const hostile = { name: "../x\n%", version: `${"9".repeat(2000)}`, license: "\ud800 ((", description: { a: 1 } };
  await write({ "node_modules/a/package.json": hostile, "node_modules/.package-lock.json": { packages: [] } });
  const packages = bundledPackages([{ path: join(root, "node_modules/a/a.js"), bytes: 1 }], []);
  const document = JSON.parse(await buildpackSbom(subject, programComponents({ packages, node: undefined })));
  expect([validate(document), validate.errors]).toEqual([true, null]);
});

describe("the SBOMs of a Node.js app", () => {
  const manifest = {
    name: "@shop/web",
    version: "2.0.0",
    dependencies: { debug: "4.4.3" },
    overrides: { ms: "2.1.3" },
    devDependencies: { "is-number": "7.0.0" },
  };
  const given = {
    buildpack: join(repository, "buildpacks/node-packages"),
    app: { "package.json": JSON.stringify(manifest) },
    env: machineEnv,
  };
  const documents = ["launch", "build"].flatMap((of) =>
    (["cdx", "spdx", "syft"] as const).map((format) => ({ format, file: `${of}.sbom.${format}.json` })),
  );

  test("are valid in three formats and contain packages, dependencies and development scopes", async () => {
    const { layers } = await build(nodePackages, given);
    const parsed = (file: string) => JSON.parse(String(layers[file]));
    expect(documents.map(({ format, file }) => schemaErrors(sbomSchemas[format], parsed(file)))).toEqual(
      documents.map(() => []),
    );
    const { metadata, components, dependencies } = parsed("build.sbom.cdx.json");
    expect([metadata.component.group, metadata.component.name, metadata.component.version]).toEqual([
      "@shop",
      "web",
      "2.0.0",
    ]);
    type Reported = Readonly<Record<"purl" | "scope", string>> & {
      readonly hashes: unknown;
      readonly licenses: unknown;
    };
    expect(components.map(({ purl, scope, licenses }: Reported) => [purl, scope, licenses])).toEqual([
      ["pkg:npm/debug@4.4.3", undefined, [{ license: { id: "MIT" } }]],
      ["pkg:npm/is-number@7.0.0", "excluded", [{ license: { id: "MIT" } }]],
      ["pkg:npm/ms@2.1.3", undefined, [{ license: { id: "MIT" } }]],
    ]);
    expect(components.filter(({ hashes }: Reported) => !JSON.stringify(hashes).includes("SHA-512"))).toEqual([]);
    expect(dependencies).toEqual([
      { ref: "@shop/web@2.0.0", dependsOn: ["pkg:npm/debug@4.4.3", "pkg:npm/is-number@7.0.0"] },
      { ref: "pkg:npm/debug@4.4.3", dependsOn: ["pkg:npm/ms@2.1.3"] },
      { ref: "pkg:npm/is-number@7.0.0" },
      { ref: "pkg:npm/ms@2.1.3" },
    ]);
    const launched = parsed("launch.sbom.cdx.json").components.map(({ purl }: Reported) => purl);
    expect(launched).toEqual(["pkg:npm/debug@4.4.3", "pkg:npm/ms@2.1.3"]);
    expect(parsed("build.sbom.spdx.json").relationships).toContainEqual(
      expect.objectContaining({ relationshipType: "DEV_DEPENDENCY_OF" }),
    );
  });

  test("are not written if the user disables them", async () => {
    const { layers } = await build(nodePackages, { ...given, env: { ...machineEnv, BP_DISABLE_SBOM: "true" } });
    expect(Object.keys(layers).filter((path) => path.includes(".sbom."))).toEqual([]);
  });
});
