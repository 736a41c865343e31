// @needs readelf
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { dropExports } from "./drop-exports.ts";
import { dropTypeStripper } from "./drop-type-stripper.ts";
import { parseElf } from "./elf.ts";
import { hostArchitecture, nodeRelease } from "./node-release.ts";
import { stripElf } from "./strip-elf.ts";

const arch = hostArchitecture() ?? "amd64";
const node = createRequire(import.meta.url).resolve(`${nodeRelease.packages[arch].name}/bin/node`);
let dir: string;
let sizes: readonly number[];
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "drop-"));
  const bytes = stripElf(await readFile(node));
  const before = bytes.length;
  dropExports(bytes, parseElf(bytes));
  dropTypeStripper(bytes);
  sizes = [before, bytes.length];
  await writeFile(join(dir, "node"), bytes, { mode: 0o755 });
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const exportsOf = (file: string): string[] =>
  spawnSync("nm", ["-D", "--defined-only", "--without-symbol-versions", file], { encoding: "utf8", maxBuffer: 1e8 })
    .stdout.trim()
    .split("\n")
    .map((line) => line.split(" ").at(-1) ?? "");

test("removing dynamic symbols of Node.js keeps the file size", () => {
  expect(sizes[1]).toBe(sizes[0]);
});

test("the dynamic linker resolves every symbol of the reduced Node.js, and TLS, Intl, exceptions, threads, compression and fetch work", () => {
  const script = `
    const { Worker } = require("node:worker_threads");
    const zlib = require("node:zlib");
    let thrown; try { require("node:fs").readFileSync("/none"); } catch (error) { thrown = error.code; }
    new Worker("require('node:worker_threads').parentPort.postMessage(1)", { eval: true }).on("message", async (message) => {
      const text = await new Response(zlib.gunzipSync(zlib.gzipSync("x")).toString()).text();
      const tls = require("node:tls").rootCertificates.length > 100;
      console.log(JSON.stringify([thrown, message, text, tls, new Intl.NumberFormat("de").format(1234.5), "é".normalize("NFD").length]));
    });`;
  const { stdout, stderr } = spawnSync(join(dir, "node"), ["-e", script], {
    encoding: "utf8",
    env: { LD_BIND_NOW: "1" },
  });
  expect({ stdout, stderr }).toEqual({ stdout: `["ENOENT",1,"x",true,"1.234,5",2]\n`, stderr: "" });
});

test("the reduced Node.js keeps the dynamic symbols of Node-API, libuv and the C++ library, but no internal ones", () => {
  const [before, after] = [exportsOf(node), exportsOf(join(dir, "node"))];
  const stable = (name: string) =>
    /^(napi_|node_api_|uv_)/.test(name) ||
    (/^_ZN?K?S[a-z]/.test(name) && !/2v8|4node|4absl|5cppgc|5crdtp|6icu_|3ada|7ncrypto|7simdutf|8simdjson/.test(name));
  expect(after.filter(stable).sort()).toEqual(before.filter(stable).sort());
  expect(after.filter((name) => /^(EVP_|SSL_|ossl_|_ZN2v8|_ZN4node)/.test(name))).toEqual([]);
  expect(after.length).toBeLessThan(before.length / 10);
});

test("the reduced Node.js does not support stripping TypeScript types", () => {
  const script = `try { require("node:module").stripTypeScriptTypes("let a: string"); } catch (error) { console.log(error.name); }`;
  const { stdout } = spawnSync(join(dir, "node"), ["--no-warnings", "-e", script], { encoding: "utf8" });
  expect(stdout).toBe("CompileError\n");
});
