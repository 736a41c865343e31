import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { root } from "../support/cnb.ts";
import { importsOf, partOf, sourcesIn } from "./imports.ts";

/**
 * What each part of the packager imports. A new arrow in the architecture is a new line in this table, a cycle has no place
 * to stand, and docs/architecture.md explains it.
 */
const packager: Record<string, string> = {
  base: "cache-dirs cache-use concurrently config errors files limits oci reporter schema tar text turns waiting",
  buildah: "errors oci sandbox text",
  builder: "buildpackage concurrently config errors files lifecycle limits oci platform reporter tar waiting",
  buildpackage: "cache-dirs cache-use compile config errors files oci platform reporter tar text",
  cache: "cache-dirs cache-use errors files lock oci sandbox text",
  "cache-dirs": "errors",
  "cache-use": "cache-dirs process",
  cli: "cache cli-context commands errors terminal version",
  "cli-context": "reporter",
  commands:
    "base builder buildpackage cache cache-dirs cli-context compile config doctor errors inspect oci platform project rebase run sbom text version waiting",
  compile: "cache-dirs cache-use errors files oci reporter sandbox schema tar until-aborted",
  config: "errors limits oci schema text",
  doctor: "buildah cache cache-dirs errors platform sandbox text waiting",
  files: "errors",
  index: "base builder buildpackage compile config errors inspect platform project rebase reporter run sbom",
  inspect: "concurrently config errors files limits oci schema tar text",
  lifecycle: "cache-use errors limits lock oci reporter schema tar waiting",
  limits: "errors",
  lock: "errors oci process",
  oci: "cache-use concurrently errors files limits process schema tar turns waiting",
  platform:
    "buildah cache cache-dirs cache-use concurrently config errors files limits lock oci process reporter sandbox schema system-error tar text turns until-aborted waiting",
  process: "errors",
  project:
    "builder buildpackage cache cache-dirs compile config errors files limits oci platform sandbox schema tar text waiting",
  rebase: "concurrently errors oci platform reporter",
  run: "cache errors files oci platform reporter sandbox waiting",
  sandbox: "cache-dirs cache-use errors files limits oci reporter schema tar waiting",
  sbom: "errors inspect oci",
  tar: "errors files limits turns",
  terminal: "cache-dirs errors reporter system-error text",
  testing: "builder buildpackage cache-dirs errors inspect oci platform project reporter run sandbox version",
  waiting: "reporter",
};

/** What each part of the framework imports. */
const framework: Record<string, string> = {
  app: "spec",
  binding: "config errors spec",
  build: "config context dependency host layer sbom spec",
  buildpack: "build config detect on-error",
  config: "errors logger spec",
  context: "app binding config env inventory logger spec",
  dependency: "errors spec",
  detect: "config context dependency spec",
  env: "errors spec",
  errors: "about",
  extension: "config context dependency detect errors host on-error spec",
  host: "app binding env errors logger printable render-error spec",
  index:
    "app binding build buildpack config context dependency detect env errors extension host inventory layer logger metadata on-error project render-error sbom spec trusted-certificates",
  inventory: "app binding errors host logger sbom spec",
  layer: "env errors host sbom spec",
  "lifecycle-rules": "env extension sbom",
  logger: "env printable",
  metadata: "context spec",
  "on-error": "context errors logger",
  packaging: "binding host inventory spec",
  project: "app errors spec",
  "render-error": "errors printable",
  runtime:
    "about binding build buildpack config context dependency detect env errors extension host inventory layer logger on-error render-error sbom spec telemetry",
  sbom: "errors spec",
  spec: "errors",
  telemetry: "host layer",
  testing: "build buildpack env errors extension host lifecycle-rules logger on-error render-error runtime spec",
  "trusted-certificates": "context host",
};

/** Parts of the framework that decide and never do: no Node.js module but node:path. */
const pure = [
  "spec",
  "env",
  "lifecycle-rules",
  "sbom",
  "config",
  "binding",
  "layer/definition.ts",
  "layer/reason.ts",
  "layer/decide.ts",
  "layer/exec-d.ts",
  "layer/migration.ts",
  "layer/order.ts",
];

const importsByPart = (dir: string) =>
  sourcesIn(dir).flatMap((file) => importsOf(dir, file).map((imported) => ({ file, part: partOf(file), imported })));

/** The arrows between the parts of a package as they are, in the form of the tables above. */
function arrows(dir: string): Record<string, string> {
  const targets = new Map<string, Set<string>>();
  for (const { part, imported } of importsByPart(dir)) {
    if (!imported.endsWith(".ts") || part === partOf(imported)) continue;
    targets.set(part, (targets.get(part) ?? new Set()).add(partOf(imported)));
  }
  return Object.fromEntries([...targets].map(([part, parts]) => [part, [...parts].sort().join(" ")]));
}

describe("the packager", () => {
  const dir = join(root, "builder-packager/src");

  test("follows the import table", () => expect(arrows(dir)).toEqual(packager));

  test("uses only the framework's public exports", () => {
    const used = new Set(
      importsByPart(dir)
        .map(({ imported }) => imported)
        .filter((imported) => imported.startsWith("libcnb")),
    );
    expect(
      [...used].filter(
        (each) =>
          !["libcnb", "libcnb/packaging", "libcnb/lifecycle-rules", "libcnb/spec", "libcnb/testing"].includes(each),
      ),
    ).toEqual([]);
  });
});

describe("the framework", () => {
  const dir = join(root, "framework/src");

  test("follows the import table", () => expect(arrows(dir)).toEqual(framework));

  test("keeps decisions free of input and output", () => {
    const violations = importsByPart(dir).filter(
      ({ file, imported }) =>
        pure.some((each) => file === each || file.startsWith(`${each}/`)) &&
        (partOf(imported) === "host" || (imported.startsWith("node:") && imported !== "node:path")),
    );
    expect(violations).toEqual([]);
  });

  test("uses the operating system only in host", () => {
    const outside = /^node:(fs|child_process|https?|net|tls|process)/;
    const violations = importsByPart(dir).filter(
      ({ part, imported }) => outside.test(imported) && !["host", "testing"].includes(part),
    );
    expect(violations).toEqual([]);
  });

  test("is not imported through its own index", () => {
    expect(importsByPart(dir).filter(({ imported }) => imported === "index.ts")).toEqual([]);
  });
});

/** What is no buildpack, but shared by some. */
const isShared = (name: string): boolean =>
  name === "@libcnb/node-app" || /^@libcnb\/(app-kit|python-app|java-app)\//.test(name);

/** The one that runs the programs of others, for the build alone: docs/decisions/0020. */
const runsOthers = (buildpack: string, name: string): boolean =>
  buildpack === "front-end" && /^@libcnb\/buildpack-node-(engine|packages)\//.test(name);

describe("a buildpack", () => {
  const names = readdirSync(join(root, "buildpacks")).filter((name) => !name.includes("."));

  test.for(names)("%s uses the framework like a third-party buildpack", (name) => {
    const dir = join(root, "buildpacks", name);
    const foreign = importsByPart(dir).filter(
      ({ file, imported }) =>
        !/\/test-[^/]+\.ts$/.test(file) && // what tests share
        ((imported.startsWith("libcnb") && imported !== "libcnb") ||
          (imported.startsWith("@libcnb") && !isShared(imported) && !runsOthers(name, imported)) ||
          imported.startsWith("..")),
    );
    expect(foreign).toEqual([]);
  });
});
