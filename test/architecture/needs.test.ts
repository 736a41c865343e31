import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { installCommand, needs } from "../needs.mjs";
import { leftOutText, needsOf } from "../scripts/left-out.ts";
import { root } from "../support/cnb.ts";

const sources = globSync("{test,framework,builder-packager,buildpacks}/**/*.ts", {
  cwd: root,
  exclude: (name) => /(^|\/)(node_modules|dist)$/.test(name),
});

test("every @needs comment names an entry of test/needs.mjs, and each entry is used", () => {
  const named = sources.flatMap((file) =>
    [...readFileSync(join(root, file), "utf8").matchAll(/^\/\/ @needs (.+)$/gm)].flatMap(([, names = ""]) =>
      names.split(", "),
    ),
  );
  expect([...new Set(named)].sort()).toEqual(Object.keys(needs).sort());
});

test("a test file inherits the @needs of modules it loads, except type imports", () => {
  expect([...needsOf("test/e2e/hostile/hostile-apps.test.ts")].sort()).toEqual(["busybox", "namespaces"]);
  expect([...needsOf("buildpacks/python-packages/src/pip/pip.full.test.ts")]).toContain("go");
});

test("no quick test needs Go to build the lifecycle", () => {
  const quick = globSync("{test,framework,builder-packager,buildpacks}/**/*.test.ts", {
    cwd: root,
    exclude: (name) => /(^|\/)(node_modules|dist)$|\.(full|all)\.test\.ts$/.test(name),
  });
  expect(quick.filter((file) => needsOf(file).has("go"))).toEqual([]);
});

test("the summary of skipped tests lists missing tools and one command that installs them", () => {
  const text = leftOutText([
    { file: "a.test.ts", missing: ["skopeo"] },
    { file: "b.test.ts", missing: ["cnb-tester", "skopeo"] },
  ]);
  expect(text.split("\n")).toEqual([
    "Left out: 2 test files, as this machine lacks something that they need.",
    "  a.test.ts (skopeo)",
    "  b.test.ts (cnb-tester, skopeo)",
    "What is missing:",
    "  cnb-tester: an ordinary user with subordinate ids, next to root",
    "  skopeo: reads our images",
    "To run them, too, on Debian as root:",
    "  apt-get install -y --no-install-recommends skopeo uidmap && useradd --create-home cnb-tester",
    "",
  ]);
});

test("the summary of skipped tests is empty if none was skipped", () => {
  expect([leftOutText([]), installCommand([])]).toEqual(["", undefined]);
});
