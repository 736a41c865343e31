import { globSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { parseToml } from "libcnb/spec";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { schemaFiles } from "../../scripts/schemas/files.ts";
import type { JsonSchema } from "../../scripts/schemas/value-schema.ts";
import { root } from "../../support/cnb.ts";
import { taploLint } from "../../support/taplo/lint.ts";
import { examples } from "./examples.ts";
import { judges } from "./judges.ts";
import { schemaOf, validatorOf } from "./validators.ts";

const names = Object.keys(judges);

test("the JSON schemas in the npm package are up to date (`npm run docs`)", () => {
  const expected = schemaFiles();
  expect(Object.fromEntries(Object.keys(expected).map((file) => [file, read(file)]))).toEqual(expected);
});

describe.each(names)("the JSON schema of %s", (name) => {
  const schema = schemaOf(name);

  test("contains a description of every key", () => {
    const missing = keySchemas(schema).filter(([, { description }]) => typeof description !== "string");
    expect(missing.map(([path]) => path)).toEqual([]);
  });

  test("contains exactly the keys of the examples, which the decoder accepts", () => {
    const all = examples[name] ?? [];
    expect(all.flatMap((text) => judges[name]?.(text) ?? ["no decoder"])).toEqual([]);
    const written = new Set(all.flatMap((text) => keysIn(parseToml(text, name), schema)));
    const known = new Set(keySchemas(schema).map(([path]) => path));
    expect([...written].toSorted()).toEqual([...known].toSorted());
  });

  test("accepts the examples, and the files of the repository", () => {
    const validate = validatorOf(name);
    const files = repositoryFiles(name).map(read);
    for (const text of [...(examples[name] ?? []), ...files]) {
      validate(parseToml(text, name));
      expect(validate.errors, text).toBeNull();
    }
  });
});

describe("taplo with the JSON schemas", () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "taplo-"));
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  /** Writes files that name their schema, and returns the names of those in which taplo finds a problem. */
  async function refused(files: readonly (readonly [name: string, text: string])[]): Promise<readonly string[]> {
    const paths = files.map(([name], index) => join(dir, `${index}-${name}`));
    for (const [index, [name, text]] of files.entries())
      await writeFile(paths[index] ?? "", `#:schema ${join(root, `builder-packager/schemas/${name}.json`)}\n${text}`);
    const { stderr } = await taploLint(paths);
    const problems = new Set([...stderr.matchAll(/┌─ (\S+?):\d+:\d+/g)].map(([, path = ""]) => basename(path)));
    expect(stderr.match(/failed to \w+ schema/)).toBeNull();
    return paths.map((path) => basename(path)).filter((name) => problems.has(name));
  }

  test("accepts the examples and the files of the repository", async () => {
    const files = names.flatMap((name) =>
      [...(examples[name] ?? []), ...repositoryFiles(name).map(read)].map((text) => [name, text] as const),
    );
    expect(await refused(files)).toEqual([]);
  });

  test("refuses files with a wrong value or key", async () => {
    const wrong = [
      ["buildpack.toml", 'id = "acme/web"', 'id = "acme web"'],
      ["buildpack.toml", "homepage =", "hompage ="],
      ["extension.toml", 'version = "1.2.0"', 'version = "1.2"'],
      ["package.toml", 'uri = "."', 'url = "."'],
      ["builder.toml", 'suffix = "append"', 'suffix = "appendix"'],
      ["base.toml", 'mode = "0640"', 'mode = "0999"'],
      ["policy.toml", 'max-size = "500MB"', 'max-size = "big"'],
      ["project.toml", 'name = "BP_X"', 'name = "BP X"'],
    ] as const;
    const files = wrong.map(([name, correct, changed]) => {
      const text = examples[name]?.find((each) => each.includes(correct)) ?? "";
      return [name, text.replace(correct, changed)] as const;
    });
    expect(await refused(files)).toEqual(wrong.map(([name], index) => `${index}-${name}`));
  });
});

const read = (file: string): string => readFileSync(join(root, file), "utf8");

/** The files of the repository with this name, those of the templates included. */
const repositoryFiles = (name: string): readonly string[] =>
  globSync(
    ["buildpacks/**", "templates/**", "test/{bench,fixtures}/**"].map((dir) => `${dir}/${name}`),
    {
      cwd: root,
      exclude: ["**/node_modules/**", "**/dist/**"],
    },
  ).filter((file) => basename(file) === name);

/** The schemas of all keys, with their paths. */
function keySchemas({ properties = {}, items }: JsonSchema, path = ""): readonly (readonly [string, JsonSchema])[] {
  const below = Object.entries(properties).flatMap(([key, schema]) => [
    [`${path}${key}`, schema] as const,
    ...keySchemas(schema, `${path}${key}.`),
  ]);
  return items ? [...below, ...keySchemas(items, path)] : below;
}

/** The paths of a document's keys, as far as they are keys of the schema. */
function keysIn(value: unknown, { properties, items }: JsonSchema, path = ""): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((item) => keysIn(item, items ?? {}, path));
  if (typeof value !== "object" || value === null || properties === undefined) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const schema = Object.hasOwn(properties, key) ? properties[key] : undefined;
    return schema ? [`${path}${key}`, ...keysIn(item, schema, `${path}${key}.`)] : [];
  });
}
