import { readFile, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Outcome } from "../../support/cnb.ts";
import { shellScript, type TinyWorld, tinyWorld } from "../../support/tiny/world.ts";

/** Does what the app's files say, in its detect and its build. */
const scripted = {
  ...shellScript("test/scripted", ". /workspace/build.sh"),
  files: {
    ...shellScript("test/scripted", ". /workspace/build.sh").files,
    "bin/detect": "#!/bin/sh\ntest -f detect.sh || exit 0\n. ./detect.sh\n",
  },
};
const next = shellScript("test/next", "true");

let world: TinyWorld;
beforeAll(async () => {
  world = await tinyWorld([scripted, next]);
});
afterAll(() => world?.remove());

async function outcomeOf(name: string, files: Readonly<Record<string, string>>): Promise<Outcome> {
  await world.write(name, { "build.sh": "", ...files });
  return world.build(`oci:${world.location(`out-${name}`)}`, [], { app: name });
}

const launch = (text: string) => `cat > launch.toml <<'EOF'\n${text}\nEOF`;
const layer = (metadata: string) => `mkdir a; printf '[types]\\nlaunch = true\\n[metadata]\\n${metadata}\\n' > a.toml`;
const deep = Array.from({ length: 5000 }, () => "a").join(".");

test.for<[name: string, build: string, exitCode: number, code: string, text: string]>([
  [
    "a slice path that is not a valid pattern",
    launch(`[[slices]]\npaths = ["["]`),
    52,
    "BUILD_OUTPUT_INVALID",
    "syntax error in pattern '['",
  ],
  [
    "too many slices",
    `busybox seq 200000 | busybox sed 's/.*/[[slices]]/' > launch.toml`,
    52,
    "BUILD_OUTPUT_INVALID",
    "200000 slices, but at most 1000 are allowed",
  ],
  [
    "a store.toml key of 5,000 nested tables",
    `printf '[metadata]\\n${deep} = 1\\n' > store.toml`,
    52,
    "BUILD_OUTPUT_INVALID",
    "nested more than 100 levels",
  ],
  [
    "a layer's metadata key of 5,000 nested tables",
    layer(`${deep} = 1`),
    52,
    "BUILD_OUTPUT_INVALID",
    "nested more than 100 levels",
  ],
  [
    "an infinite number in store.toml",
    "printf '[metadata]\\na = [inf]\\n' > store.toml",
    62,
    "EXPORT_FAILED",
    "store.toml",
  ],
  ["a NaN in a layer's metadata", layer("a = nan"), 62, "EXPORT_FAILED", "a.toml"],
  ["an integer of more than 64 bits", layer("a = 99999999999999999999"), 52, "BUILD_OUTPUT_INVALID", "64 bits"],
  [
    "a file in place of the next buildpack's layers directory",
    "echo > /layers/test_next",
    52,
    "BUILD_OUTPUT_INVALID",
    "test/next@1.0.0",
  ],
  [
    "a link in place of the next buildpack's layers directory",
    "ln -s /etc /layers/test_next",
    52,
    "BUILD_OUTPUT_INVALID",
    "test/next@1.0.0",
  ],
  [
    "a layer without types whose .ignore path exists",
    "mkdir a a.ignore; echo > a.ignore/file; echo > a.toml",
    52,
    "BUILD_OUTPUT_INVALID",
    "a.ignore",
  ],
  [
    "a layer without a name",
    "printf '[types]\\nlaunch = true\\n' > .toml",
    52,
    "BUILD_OUTPUT_INVALID",
    ".toml describes",
  ],
  ["a layer named .", "printf '[types]\\nlaunch = true\\n' > ..toml", 52, "BUILD_OUTPUT_INVALID", "..toml"],
  ["a layer named ..", "printf '[types]\\nlaunch = true\\n' > ...toml", 52, "BUILD_OUTPUT_INVALID", "...toml"],
  [
    "a layer name of the maximal length",
    `name=$(printf '%250s' | busybox tr ' ' a); mkdir "$name"; echo > "$name.toml"`,
    52,
    "BUILD_OUTPUT_INVALID",
    "ENAMETOOLONG",
  ],
  [
    "an env file that is too large",
    "mkdir -p a/env; busybox dd if=/dev/zero of=a/env/A bs=1M count=17 2>/dev/null; printf '[types]\\nbuild = true\\n' > a.toml",
    52,
    "BUILD_OUTPUT_INVALID",
    "a/env/A",
  ],
  [
    "a process type with a NUL",
    launch(`[[processes]]\ntype = "a\\u0000b"\ncommand = ["x"]`),
    52,
    "BUILD_OUTPUT_INVALID",
    "process type",
  ],
  [
    "the process type ..",
    launch(`[[processes]]\ntype = ".."\ncommand = ["x"]`),
    52,
    "BUILD_OUTPUT_INVALID",
    "process type",
  ],
  [
    "a process type longer than a file name",
    launch(`[[processes]]\ntype = "${"a".repeat(300)}"\ncommand = ["x"]`),
    52,
    "BUILD_OUTPUT_INVALID",
    "process type",
  ],
])("cnb build refuses %s and names the buildpack", async ([name, build, exitCode, code, text]) => {
  const { stderr, ...ended } = await outcomeOf(name.replaceAll(/[^a-z0-9]/g, "-"), { "build.sh": build });
  expect({ exitCode: ended.exitCode, code: /CODE: (\w+)/.exec(stderr)?.[1] }, stderr).toEqual({ exitCode, code });
  expect(stderr).toMatch(/test\/(scripted|next)/);
  expect(stderr.slice(stderr.indexOf("ERROR:"))).toContain(text);
});

test("links that detect leaves in /layers do not redirect restored files to the host", async () => {
  const store = "printf '[metadata]\\na = 1\\n' > store.toml; mkdir a; printf '[types]\\ncache = true\\n' > a.toml";
  const app = "detect-links";
  expect((await outcomeOf(app, { "build.sh": store })).exitCode).toBe(0);
  await writeFile(world.location("victim"), "mine", { mode: 0o666 });
  const links = ["store.toml", "a.toml"].map(
    (name) => `ln -s ${world.location("victim")} /layers/test_scripted/${name}`,
  );
  const detect = ["mkdir /layers/test_scripted", ...links].join("\n");
  const { exitCode, stderr } = await outcomeOf(app, { "build.sh": "busybox cat store.toml", "detect.sh": detect });
  expect(await readFile(world.location("victim"), "utf8")).toBe("mine");
  expect(exitCode, stderr).toBe(0);
  expect(stderr).toContain("a = 1");
});
