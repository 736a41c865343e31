import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { withLicenses } from "./npm.ts";

test("licenses missing from the lockfile are read from the packages", async () => {
  const dir = await mkdtemp(join(tmpdir(), "libcnb-npm-"));
  try {
    for (const name of ["a", "b", "c"]) {
      await mkdir(join(dir, "node_modules", name), { recursive: true });
      await writeFile(join(dir, "node_modules", name, "package.json"), name === "c" ? "{" : '{ "license": "ISC" }');
    }
    const packages = {
      "node_modules/a": { version: "1.0.0" },
      "node_modules/b": { version: "1.0.0", license: "MIT" },
      "node_modules/c": { version: "1.0.0" },
      "node_modules/gone": { version: "1.0.0" },
      "node_modules/link": { link: true, resolved: "a" },
    };
    expect(await withLicenses({ packages }, dir)).toEqual({
      packages: { ...packages, "node_modules/a": { version: "1.0.0", license: "ISC" } },
    });
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});
