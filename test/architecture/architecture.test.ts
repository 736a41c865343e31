import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { root } from "../support/cnb.ts";
import { importsOf, partOf, sourcesIn } from "./imports.ts";

/**
 * Which parts each part of the packager may import. A new arrow in the architecture is a new line in this table,
 * and docs/architecture.md shows it.
 */
const packager: Record<string, readonly string[]> = {
  "cache-dirs": [],
  errors: [],
  reporter: [],
  version: [],
  "render-error": [],
  "terminal-reporter": ["reporter"],
  "cli-context": ["reporter"],
  tar: ["errors"],
  oci: ["errors", "tar", "version"],
  inspect: ["errors", "oci", "tar"],
  compile: ["cache-dirs", "errors", "reporter", "tar"],
  buildpackage: ["cache-dirs", "compile", "errors", "oci", "reporter", "tar"],
  base: ["cache-dirs", "errors", "oci", "reporter", "tar"],
  lifecycle: ["cache-dirs", "errors", "oci", "reporter", "tar"],
  builder: ["buildpackage", "cache-dirs", "errors", "lifecycle", "oci", "reporter", "tar", "version"],
  sandbox: ["cache-dirs", "errors", "oci", "reporter", "tar"],
  run: ["cache-dirs", "errors", "oci", "reporter", "sandbox"],
  platform: ["cache-dirs", "errors", "oci", "reporter", "sandbox", "tar", "version"],
  index: ["base", "builder", "buildpackage", "errors", "inspect", "platform", "reporter", "run"],
};

/** Which parts of the framework each of its parts may import. */
const framework: Record<string, readonly string[]> = {
  errors: [],
  spec: ["errors"],
  env: ["errors", "spec"],
  sbom: ["errors", "spec"],
  layer: ["env", "errors", "host", "sbom", "spec"],
  host: ["env", "errors", "spec"],
};

/** Parts of the framework that decide and never do: no Node.js module but node:path. */
const pure = ["spec", "env", "sbom", "layer/definition.ts", "layer/reason.ts", "layer/decide.ts"];

const importsByPart = (dir: string) =>
  sourcesIn(dir).flatMap((file) => importsOf(dir, file).map((imported) => ({ file, part: partOf(file), imported })));

describe("the packager", () => {
  const dir = join(root, "builder-packager/src");

  test("imports only what the table allows", () => {
    const violations = importsByPart(dir).filter(({ part, imported }) => {
      if (part === "commands" || part === "cli" || !imported.endsWith(".ts")) return false;
      return part !== partOf(imported) && !packager[part]?.includes(partOf(imported));
    });
    expect(violations).toEqual([]);
  });

  test("has no part that the table does not name", () => {
    const parts = new Set(sourcesIn(dir).map(partOf));
    expect([...parts].filter((part) => part !== "commands" && part !== "cli" && !(part in packager))).toEqual([]);
  });

  test("takes from the framework its public exports only", () => {
    const used = new Set(
      importsByPart(dir)
        .map(({ imported }) => imported)
        .filter((imported) => imported.startsWith("libcnb")),
    );
    expect([...used].filter((each) => !["libcnb", "libcnb/spec"].includes(each))).toEqual([]);
  });
});

describe("the framework", () => {
  const dir = join(root, "framework/src");

  test("imports only what the table allows", () => {
    const violations = importsByPart(dir).filter(({ part, imported }) => {
      const allowed = framework[part];
      return allowed && imported.endsWith(".ts") && part !== partOf(imported) && !allowed.includes(partOf(imported));
    });
    expect(violations).toEqual([]);
  });

  test("keeps decisions free of input and output", () => {
    const violations = importsByPart(dir).filter(
      ({ file, imported }) =>
        pure.some((each) => file === each || file.startsWith(`${each}/`)) &&
        (partOf(imported) === "host" || (imported.startsWith("node:") && imported !== "node:path")),
    );
    expect(violations).toEqual([]);
  });

  test("touches the operating system in host only", () => {
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

describe("a buildpack", () => {
  const names = readdirSync(join(root, "buildpacks")).filter((name) => !name.includes("."));

  test.for(names)("%s uses the framework as a stranger's would", (name) => {
    const dir = join(root, "buildpacks", name);
    const foreign = importsByPart(dir).filter(
      ({ imported }) =>
        (imported.startsWith("libcnb") && imported !== "libcnb") ||
        imported.startsWith("@libcnb") ||
        imported.startsWith(".."),
    );
    expect(foreign).toEqual([]);
  });
});
