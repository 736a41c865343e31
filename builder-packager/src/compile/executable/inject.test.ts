// @needs readelf
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { silentReporter } from "../../reporter.ts";
import { injectBlob } from "./inject.ts";
import { hostArchitecture, nodeRelease } from "./node-release.ts";
import { seaBlob } from "./sea-blob.ts";
import { smallNode } from "./small-node.ts";

const arch = hostArchitecture() ?? "amd64";
const node = createRequire(import.meta.url).resolve(`${nodeRelease.packages[arch].name}/bin/node`);
let dir: string;
let small: Buffer;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "inject-"));
  small = await smallNode(arch, { env: process.env, cwd: dir, reporter: silentReporter });
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const main = (text: string) => ({ name: "main.cjs", content: Buffer.from(text) });

describe("a generated postject blob", () => {
  test("is identical to the blob that Node.js writes", async () => {
    const content = Buffer.from([0, 255, 10]);
    const config = {
      main: "main.cjs",
      output: "blob",
      assets: { "ä asset": "asset" },
      useCodeCache: false,
      useSnapshot: false,
      disableExperimentalSEAWarning: true,
      execArgvExtension: "none",
    };
    await writeFile(join(dir, "main.cjs"), "console.log(1);");
    await writeFile(join(dir, "asset"), content);
    await writeFile(join(dir, "sea.json"), JSON.stringify(config));
    const { status, stderr } = spawnSync(node, ["--experimental-sea-config", "sea.json"], {
      cwd: dir,
      encoding: "utf8",
    });
    expect([status, stderr.replace(/^Wrote .*\n/, "")]).toEqual([0, ""]);
    const ours = seaBlob({ main: main("console.log(1);"), assets: { "ä asset": content } });
    expect(ours.toString("hex")).toBe((await readFile(join(dir, "blob"))).toString("hex"));
  });

  test("does not depend on the order of its assets", () => {
    const [one, other] = [Buffer.from("1"), Buffer.from("2")];
    expect(seaBlob({ main: main(""), assets: { b: other, a: one } })).toEqual(
      seaBlob({ main: main(""), assets: { a: one, b: other } }),
    );
  });
});

describe("an executable with an injected blob", () => {
  // Sizes around those of pages and words: what is behind the blob must not be taken for a part of it.
  test.for([0, 65_533, 3_000_001])("returns an asset of %i bytes", async (size) => {
    const content = Buffer.alloc(size, "0123456789abcdefghijklmnopqrstuvwxyz-");
    const script = `const { getRawAsset, getAssetKeys } = require("node:sea");
      const hash = require("node:crypto").createHash("sha256").update(Buffer.from(getRawAsset("b"))).digest("hex");
      console.log(JSON.stringify([hash, getAssetKeys().sort(), process.argv.length, process.execArgv]));`;
    const file = join(dir, "with-blob");
    const blob = seaBlob({ main: main(script), assets: { b: content, a: Buffer.from("other") } });
    await writeFile(file, injectBlob(small, blob), { mode: 0o755 });
    const { stdout, stderr } = spawnSync(file, ["x"], { encoding: "utf8", env: { NODE_OPTIONS: "--no-such-option" } });
    const digest = (await import("node:crypto")).createHash("sha256").update(content).digest("hex");
    expect({ stdout, stderr }).toEqual({ stdout: `${JSON.stringify([digest, ["a", "b"], 3, []])}\n`, stderr: "" });
    await rm(file);
  });

  test("is read by binutils without warnings and keeps its notes", async () => {
    const file = join(dir, "readable");
    await writeFile(file, injectBlob(small, seaBlob({ main: main(""), assets: {} })));
    const { stdout, stderr, status } = spawnSync("readelf", ["-lnW", file], { encoding: "utf8" });
    expect([status, stderr]).toEqual([0, ""]);
    const loads = [...stdout.matchAll(/^ {2}LOAD +\S+ 0x(\w+) /gm)].map(([, address]) => address);
    expect(loads).toEqual(loads.toSorted());
    expect(stdout).toContain("NT_GNU_BUILD_ID");
    await rm(file);
  });

  test("starts threads and child processes, reads TLS root certificates and resolves host names", async () => {
    const script = `const { Worker } = require("node:worker_threads");
      const roots = require("node:tls").rootCertificates.length > 100;
      const child = require("node:child_process").spawnSync("echo", ["x"], { encoding: "utf8" }).stdout;
      require("node:dns").lookup("127.0.0.1", (_, address) => {
        new Worker("require('node:worker_threads').parentPort.postMessage(1)", { eval: true })
          .on("message", (message) => console.log(JSON.stringify([roots, child, address, message])));
      });`;
    const file = join(dir, "busy");
    await writeFile(file, injectBlob(small, seaBlob({ main: main(script), assets: {} })), { mode: 0o755 });
    const { stdout, stderr } = spawnSync(file, [], { encoding: "utf8", env: { PATH: process.env["PATH"] } });
    expect({ stdout, stderr }).toEqual({ stdout: `[true,"x\\n","127.0.0.1",1]\n`, stderr: "" });
    await rm(file);
  });
});

test.for<[string, () => Promise<Uint8Array> | Uint8Array, string]>([
  [
    "a program other than Node.js",
    () => readFile("/bin/true"),
    "its program headers are not those of a Node.js executable",
  ],
  [
    "an executable that already has a blob",
    () => injectBlob(small, Buffer.from("x")),
    "its program headers are not those of a Node.js executable",
  ],
  [
    "a Node.js binary without the marker of postject",
    () => withoutMarker(),
    "it is not a Node.js executable that supports an embedded script",
  ],
  ["a text file", () => Buffer.from("#!/bin/sh\n".padEnd(100)), "it does not begin with the ELF magic number"],
])("injecting a blob into %s is refused", async ([, program, why]) => {
  const bytes = await program();
  expect(() => injectBlob(bytes, Buffer.from("blob"))).toThrow(
    expect.objectContaining({
      code: "ELF_INVALID",
      message: `the executable of the JavaScript runtime is not an ELF file for Linux on amd64 or arm64: ${why}`,
    }),
  );
});

function withoutMarker(): Buffer {
  const bytes = Buffer.from(small);
  bytes.fill(0, bytes.indexOf("NODE_SEA_FUSE_"), bytes.indexOf("NODE_SEA_FUSE_") + 14);
  return bytes;
}
