import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { engineSboms } from "../scripts/engine-sboms.ts";
import { root } from "../support/cnb.ts";
import { sbomSchemas, schemaErrors } from "../support/images/sbom-schemas.ts";

const read = (file: string) => readFileSync(join(root, file), "utf8");

test("the SBOMs of the engines' packages are up to date (`npm run docs`) and valid", async () => {
  const expected = await engineSboms();
  expect(Object.fromEntries(Object.keys(expected).map((file) => [file, read(file)]))).toEqual(expected);
  expect(Object.values(expected).flatMap((text) => schemaErrors(sbomSchemas.cdx, JSON.parse(text)))).toEqual([]);
  expect(Object.keys(expected)).toHaveLength(2);
});

test("the engines of both architectures have the same linked parts and licences", () => {
  const [arm64, x64] = ["linux-arm64", "linux-x64"].map((name) =>
    read(`builder-packager/engine/prebuilt/${name}/licences.json`),
  );
  expect(arm64).toBe(x64);
});
