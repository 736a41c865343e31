import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parseImageReference } from "../oci/model/reference.ts";
import { type BuildOutputs, buildOutputs } from "./build-outputs.ts";
import { checkOutputFile, outputDestination, writeOutputs } from "./output-file.ts";

const digest = `sha256:${"b".repeat(64)}` as const;
const image = parseImageReference("oci:dist/app");
const outputs = buildOutputs(image, [], {
  manifestDigest: digest,
  group: [],
  processes: [],
  layers: [],
} as unknown as BuildOutputs["report"]);

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "outputs-"));
});
afterEach(() => rm(dir, { recursive: true }));

test.each([
  ["image.json", "json"],
  ["build.env", "dotenv"],
] as const)("--output-file %j without --output-format is written in the format %j", (path, format) =>
  expect(outputDestination(path, undefined)).toEqual({ path, format }),
);

test.each([
  ["image.json", "github"],
  ["results", "tekton"],
] as const)("--output-file %j with --output-format %j is written in that format", (path, format) =>
  expect(outputDestination(path, format)).toEqual({ path, format }),
);

test("a build without --output-file and --output-format writes no output file", () => {
  expect(outputDestination(undefined, undefined)).toBeUndefined();
  expect(outputDestination("", undefined)).toBeUndefined();
});

test("--output-format without a file is refused", () =>
  expect(() => outputDestination("", "github")).toThrow("--output-format github needs the option --output-file"));

test("--output-file with an unknown extension and no format is refused", () =>
  expect(() => outputDestination("outputs")).toThrow(
    "cannot determine the format of --output-file outputs from the extension of the file",
  ));

test("GitHub outputs are appended to those of earlier commands, each time with another delimiter", async () => {
  const destination = { path: join(dir, "output"), format: "github" } as const;
  await writeFile(destination.path, "first=1");
  await checkOutputFile(destination, image);
  expect(await readFile(destination.path, "utf8")).toBe("first=1");
  await writeOutputs(destination, outputs);
  await writeOutputs(destination, outputs);
  const lines = (await readFile(destination.path, "utf8")).split("\n");
  expect(lines[0]).toBe("first=1");
  const delimiters = lines.filter((line) => line.startsWith("digest<<")).map((line) => line.slice("digest<<".length));
  expect(new Set(delimiters).size).toBe(2);
  expect(lines.filter((line) => line === digest)).toHaveLength(2);
});

test("Tekton results are files that end without a newline", async () => {
  const destination = { path: join(dir, "tekton/results"), format: "tekton" } as const;
  await checkOutputFile(destination, image);
  expect(await readdir(destination.path)).toEqual([]);
  await writeOutputs(destination, outputs);
  expect(await readdir(destination.path)).toEqual(["IMAGE_DIGEST", "IMAGE_URL"]);
  expect(await readFile(join(destination.path, "IMAGE_DIGEST"), "utf8")).toBe(digest);
});

test("writing Tekton results is refused if the path of the results directory is a file", async () => {
  const path = join(dir, "results");
  await writeFile(path, "");
  await expect(checkOutputFile({ path, format: "tekton" }, image)).rejects.toMatchObject({
    code: "OUTPUT_UNWRITABLE",
    message: `cannot write the results to ${path}: it is not a directory`,
  });
});

test.each(["json", "dotenv", "github"] as const)(
  "--output-file with the format %s is refused before the build if the path is a directory",
  async (format) => {
    const path = join(dir, "a-directory");
    await mkdir(path);
    await expect(checkOutputFile({ path, format }, image)).rejects.toMatchObject({ code: "OUTPUT_UNWRITABLE" });
  },
);

test("a JSON output file replaces the output file of an earlier build", async () => {
  const path = join(dir, "image.json");
  await writeFile(path, "x".repeat(10_000));
  await chmod(path, 0o600);
  await writeOutputs({ path, format: "json" }, outputs);
  expect(JSON.parse(await readFile(path, "utf8"))).toMatchObject({ image: "oci:dist/app", digest });
});
