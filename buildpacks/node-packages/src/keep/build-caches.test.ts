// @needs processes
import { resolve } from "node:path";
import { build, type FileMap } from "libcnb/testing";
import { describe, expect, test } from "vitest";
import nodePackages from "../buildpack.ts";

const buildpack = resolve(import.meta.dirname, "../..");

// counts the builds in a cache, as compilers do with what they compiled
const script = `
const fs = require("node:fs");
fs.mkdirSync(".next/cache/deep", { recursive: true });
const count = fs.existsSync(".next/cache/deep/count") ? Number(fs.readFileSync(".next/cache/deep/count")) : 0;
fs.writeFileSync(".next/cache/deep/count", String(count + 1));
fs.writeFileSync(".next/built", String(count + 1));
`;

const app: FileMap = {
  "package.json": '{"name":"app","scripts":{"build":"node make.cjs"}}',
  "package-lock.json": '{"name":"app","lockfileVersion":3,"packages":{"":{"name":"app"}}}',
  "make.cjs": script,
};

describe("the caches that build tools write", () => {
  test("are restored in the next build but are not in the image", async () => {
    const first = await build(nodePackages, { buildpack, app });
    expect(first.app).toMatchObject({ ".next/built": "1" });
    expect(Object.keys(first.app).filter((path) => path.includes("cache"))).toEqual([]);
    const changed = { ...app, "index.js": "" };
    const second = await build(nodePackages, { buildpack, app: changed, layers: first.layers });
    expect(second.app[".next/built"]).toBe("2");
    const third = await build(nodePackages, { buildpack, app: changed, layers: second.layers }); // its result is kept
    const fourth = await build(nodePackages, { buildpack, app, layers: third.layers });
    expect(fourth.app[".next/built"]).toBe("3");
  });

  test("are in the image with BP_KEEP_NODE_BUILD_CACHE=true", async () => {
    const env = { BP_KEEP_NODE_BUILD_CACHE: "true" };
    const built = await build(nodePackages, { buildpack, app, env });
    expect(built.app[".next/cache/deep/count"]).toBe("1");
  });

  test("are ignored if damaged", async () => {
    const first = await build(nodePackages, { buildpack, app });
    const layers = { ...first.layers, "build-caches/files.bin": "damaged" };
    const second = await build(nodePackages, { buildpack, app: { ...app, "index.js": "" }, layers });
    expect(second.app[".next/built"]).toBe("1");
  });
});
