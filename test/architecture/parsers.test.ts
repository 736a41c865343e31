import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSync, Visitor } from "oxc-parser";
import { expect, test } from "vitest";
import { root } from "../support/cnb.ts";
import { sourcesIn } from "./imports.ts";

/**
 * Modules that parse JSON or TOML outside of a `try` with a `catch`, by what holds for the text. Text that a buildpack, an app,
 * an image, a registry or an engine wrote needs one: an error of the parser itself ends the command as INTERNAL.
 */
const bare: Readonly<Record<string, string>> = {
  "cnb wrote the text in this process":
    "base/base-sbom.ts compile/licenses/program-sbom.ts compile/bundle/source-map.ts compile/small/chunks.ts compile/small/lacks.ts signing/outputs/sign-outputs.ts",
  "cnb wrote the text for its own child":
    "compile/sandboxed/script-worker.ts sandbox/engine/guard.ts sandbox/testing/driver.ts sandbox/testing/fixture.ts",
  "the text is a file of cnb itself":
    "version.ts builder/cnb/cnb-files.ts compile/sandboxed/compiler-packages.ts compile/small/engine.ts compile/small/licence-titles.ts compile/small/node-layer.ts",
  "cnb wrote the file and has compared its digest": "compile/executable/executable.ts oci/layers/stored-layer.ts",
  "buildah wrote the file": "buildah/storage.ts",
  "the caller catches every error":
    "base/remembered-images.ts config/check-descriptor.ts config/pack-config-toml.ts lifecycle/go-module.ts",
  "the error is for a test's author": "testing/inspect.ts",
};

const parsers = /^(JSON\.parse|parseToml)$/;

/** Lines that call a parser where nothing catches its errors. */
function uncaught(file: string): number[] {
  const text = readFileSync(file, "utf8");
  const caught: [start: number, end: number][] = [];
  const calls: number[] = [];
  const { program } = parseSync(file, text);
  new Visitor({
    TryStatement: ({ block, handler }) => void (handler && caught.push([block.start, block.end])),
    CallExpression: ({ callee, start, end }) => {
      const name = text.slice(callee.start, callee.end);
      if (name === "withCode") caught.push([start, end]);
      if (parsers.test(name)) calls.push(start);
    },
  }).visit(program);
  const open = calls.filter((at) => !caught.some(([start, end]) => start < at && at < end));
  return open.map((at) => text.slice(0, at).split("\n").length);
}

test("the check for uncaught parser errors finds parser calls outside try blocks", () => {
  expect(uncaught(join(root, "builder-packager/src/base/remembered-images.ts"))).toHaveLength(1);
  expect(uncaught(join(root, "builder-packager/src/builder/toml/builder-toml.ts"))).toEqual([]);
});

test("the sources catch parser errors of untrusted text", () => {
  const dir = join(root, "builder-packager/src");
  const listed = Object.values(bare).flatMap((files) => files.split(/\s+/));
  const found = sourcesIn(dir)
    .filter((file) => !listed.includes(file))
    .flatMap((file) => uncaught(join(dir, file)).map((line) => `${file}:${line}`));
  expect(found).toEqual([]);
});
