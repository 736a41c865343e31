import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../support/cnb.ts";
import { sourcesIn } from "./imports.ts";

/** Modules that make valibot's schemas of tables, which take a list for a table without keys, refuse lists. */
const guarded = ["builder-packager/src/schema.ts", "framework/src/spec/schemas/schema.ts"];

/** valibot's functions whose schemas take any object. */
const unguarded = /\bv\.(object|looseObject|strictObject|objectWithRest|record)\(/;

test("every TOML table is decoded by a schema that refuses an array in its place", () => {
  const sources = ["builder-packager/src", "framework/src", "buildpacks", "templates"].flatMap((dir) =>
    sourcesIn(join(root, dir)).map((file) => `${dir}/${file}`),
  );
  const bare = sources.filter((file) => unguarded.test(readFileSync(join(root, file), "utf8")));
  expect(bare.filter((file) => !guarded.includes(file))).toEqual([]);
  expect(bare).toEqual(guarded);
});
