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
  api: "base builder buildpackage cache-dirs compile config copy defined errors inspect inventory lifecycle oci platform project rebase reporter run sandbox sbom signing tar version waiting",
  base: "cache-dirs cache-use concurrently config defined errors files limits oci reporter schema tar text turns waiting",
  buildah: "errors oci sandbox text",
  builder:
    "buildpackage compile concurrently config defined errors files lifecycle limits oci platform reporter signing tar waiting",
  buildpackage: "cache-dirs cache-use compile config defined errors files oci platform reporter signing tar text",
  cache: "cache-dirs cache-use errors files lock oci sandbox text",
  "cache-dirs": "errors",
  "cache-use": "cache-dirs process",
  cli: "cache cli-context commands config errors terminal version",
  "cli-context": "reporter",
  commands:
    "base builder buildpackage cache cache-dirs cli-context compile config copy defined dev doctor emit errors inspect inventory lint oci outputs platform policy project rebase release run sbom signing terminal text version waiting",
  compile: "cache-dirs cache-use defined errors files missing-package oci reporter sandbox schema tar until-aborted",
  config: "cache defined errors limits oci schema text",
  copy: "concurrently errors limits lock oci tar",
  dev: "cache-dirs cache-use defined files inspect oci platform project reporter run sandbox text turns",
  doctor: "buildah cache cache-dirs defined errors platform sandbox text waiting",
  emit: "builder config copy defined errors oci platform project rebase reporter",
  files: "errors",
  inspect: "concurrently config defined errors files limits oci schema tar text",
  inventory: "buildpackage compile concurrently config defined errors files limits lint oci reporter schema text",
  lifecycle: "cache-use defined errors limits lock oci reporter schema tar text waiting",
  limits: "errors",
  lint: "base builder buildpackage compile concurrently config defined errors files limits platform project reporter text",
  lock: "errors oci process",
  "missing-package": "errors version",
  oci: "cache-use concurrently defined errors files limits process schema tar turns waiting",
  outputs: "defined errors oci platform",
  platform:
    "buildah cache cache-dirs cache-use concurrently config defined errors files limits lock oci process reporter sandbox schema system-error tar text turns until-aborted waiting",
  policy: "base concurrently config defined errors files inspect limits oci sbom schema signing tar text",
  process: "errors",
  project:
    "builder buildpackage cache cache-dirs compile config defined errors files limits oci platform sandbox schema signing tar text waiting",
  rebase: "concurrently defined errors oci platform reporter schema",
  release: "buildpackage config defined errors files inspect limits oci reporter schema tar",
  run: "cache defined errors files oci platform reporter sandbox tar waiting",
  sandbox: "cache-dirs cache-use defined errors files limits oci reporter schema tar waiting",
  sbom: "config defined errors inspect oci",
  signing: "config copy defined errors inspect limits oci sbom schema text",
  tar: "errors files limits turns",
  terminal: "cache-dirs errors missing-package reporter system-error text",
  testing: "builder buildpackage cache-dirs defined errors inspect oci platform project reporter run sandbox version",
  waiting: "reporter",
};

/** The imports of each part of the framework. */
const framework: Record<string, string> = {
  app: "spec",
  binding: "config defined errors spec",
  build: "config context dependency host layer sbom spec",
  buildpack: "build config detect on-error",
  config: "errors logger spec",
  context: "app binding config env inventory logger spec",
  dependency: "errors spec",
  detect: "config context dependency spec",
  env: "defined errors spec",
  errors: "about",
  "exec-d": "env errors spec",
  extension: "config context defined dependency detect errors host on-error spec",
  host: "app binding defined env errors exec-d logger printable render-error spec",
  index:
    "app binding build buildpack config context dependency detect env errors exec-d extension host inventory layer logger metadata on-error project render-error sbom spec trusted-certificates",
  internal: "env errors extension inventory lifecycle-rules sbom spec",
  inventory: "app binding defined errors host logger sbom spec",
  kit: "app build errors host inventory logger",
  launch: "errors exec-d host render-error spec",
  layer: "defined env errors exec-d host sbom spec",
  "lifecycle-rules": "defined env",
  logger: "env printable",
  metadata: "context spec",
  "on-error": "context errors logger",
  packaging: "binding defined host inventory spec",
  project: "app errors spec",
  "render-error": "errors printable",
  runtime:
    "about binding build buildpack config context defined dependency detect env errors extension host inventory layer logger on-error render-error sbom spec telemetry",
  sbom: "defined errors spec",
  spec: "defined errors",
  standalone: "host inventory",
  telemetry: "defined host layer",
  testing:
    "build buildpack defined env errors exec-d extension host lifecycle-rules logger on-error render-error runtime spec",
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

describe("the packager's source", () => {
  const dir = join(root, "builder-packager/src");

  test("imports between directories only what the test's table allows", () => expect(arrows(dir)).toEqual(packager));

  test("uses only exports of the framework", () => {
    const used = new Set(
      importsByPart(dir)
        .map(({ imported }) => imported)
        .filter((imported) => imported.startsWith("libcnb")),
    );
    expect(
      [...used].filter(
        (each) =>
          ![
            ".",
            "./internal",
            "./launch",
            "./lifecycle-rules",
            "./packaging",
            "./spec",
            "./standalone",
            "./testing",
          ].some((path) => each === join("libcnb", path)),
      ),
    ).toEqual([]);
  });
});

describe("the framework's source", () => {
  const dir = join(root, "framework/src");

  test("imports between directories only what the test's table allows", () => expect(arrows(dir)).toEqual(framework));

  test("performs no I/O in the modules that only compute decisions", () => {
    const violations = importsByPart(dir).filter(
      ({ file, imported }) =>
        pure.some((each) => file === each || file.startsWith(`${each}/`)) &&
        (partOf(imported) === "host" || (imported.startsWith("node:") && imported !== "node:path")),
    );
    expect(violations).toEqual([]);
  });

  test("uses operating system modules only in framework/src/host", () => {
    const outside = /^node:(fs|child_process|https?|net|tls|process)/;
    const violations = importsByPart(dir).filter(
      ({ part, imported }) => outside.test(imported) && !["host", "testing"].includes(part),
    );
    expect(violations).toEqual([]);
  });

  test("does not import its own index", () => {
    expect(importsByPart(dir).filter(({ imported }) => imported === "index.ts")).toEqual([]);
  });
});

/** Directories that are not buildpacks, but shared by some. */
const isShared = (name: string): boolean =>
  name === "@libcnb/node-app" || /^@libcnb\/(app-kit|python-app|java-app)\//.test(name);

/** The one that runs the programs of others, for the build alone: docs/decisions/0020. */
const runsOthers = (buildpack: string, name: string): boolean =>
  buildpack === "front-end" && /^@libcnb\/buildpack-node-(engine|packages)\//.test(name);

describe("the reference buildpack", () => {
  const names = readdirSync(join(root, "buildpacks")).filter((name) => !name.includes("."));

  test.for(names)("%s imports only the framework's public entry points and code that buildpacks share", (name) => {
    const dir = join(root, "buildpacks", name);
    const foreign = importsByPart(dir).filter(
      ({ file, imported }) =>
        !/\/test-[^/]+\.ts$/.test(file) && // what tests share
        ((imported.startsWith("libcnb") && !["libcnb", "libcnb/kit", "libcnb/standalone"].includes(imported)) ||
          (imported.startsWith("@libcnb") && !isShared(imported) && !runsOthers(name, imported)) ||
          imported.startsWith("..")),
    );
    expect(foreign).toEqual([]);
  });
});
