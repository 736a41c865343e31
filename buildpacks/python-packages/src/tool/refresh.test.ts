import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { testPython } from "../test-python.ts";
import { lock, withUv } from "./lock.ts";
import { versionIn } from "./locked.ts";
import { refreshed } from "./refresh.ts";

const old = ["uv==1.0", "poetry==2.0 \\\n    --hash=sha256:1\na==1", "", "pdm==3.0 ; python_full_version >= '3.10'"];

test("what became of the tools is told; one that cannot be locked stays", async () => {
  const locked = new Map([
    ["uv", "uv==1.0"],
    ["poetry", "poetry==2.0 \\\n    --hash=sha256:1\na==2"],
    ["pipenv", "pipenv==2026.1.0"],
  ]);
  const lock = async (name: string) => locked.get(name) ?? Promise.reject(new Error("needs what is not there\n"));
  expect(await refreshed(old, lock)).toEqual({
    texts: [...locked.values(), old[3]],
    failures: ["pdm stays as it is: needs what is not there"],
    changes: ["poetry 2.0: something that it needs is another", "pipenv nothing becomes 2026.1.0"],
  });
});

test.for([
  ["uv==0.13.9 \\\n    --hash=sha256:1", "uv", "0.13.9"],
  ["a==1\npdm==2.29.3; python_version > '3'", "pdm", "2.29.3"],
  ["pdm[locked]==2.29.3", "pdm", "2.29.3"],
] as const)("%j: %s is %s", ([text, name, version]) => expect(versionIn(text, name)).toBe(version));

test("requirements without the tool are a mistake of this repository", () => {
  expect(() => versionIn("a-uv==1.0", "uv")).toThrow("the requirements of uv do not name it");
});

const locked = readFileSync(join(import.meta.dirname, "../uv/requirements.txt"), "utf8");

test("uv locks a package with the digests of all its files", { timeout: 120_000 }, async () => {
  expect(await withUv(`${await testPython()}/bin/python3`, locked, (uv) => lock(uv, "itsdangerous==2.2.0"))).toBe(
    [
      "itsdangerous==2.2.0 \\",
      "    --hash=sha256:c6242fc49e35958c8b15141343aa660db5fc54d4f13a1db01a3f5891b98700ef \\",
      "    --hash=sha256:e0050c0b7da1eea53ffaf149c0cfbb5c6e2e2b69c4bef22c81fa6eb73e5f6173",
      "",
    ].join("\n"),
  );
});
