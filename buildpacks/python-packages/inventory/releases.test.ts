import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readInventory } from "libcnb/standalone";
import { expect, test } from "vitest";
import { lockedTool } from "../src/tool/tool.ts";
import { lineOf } from "../src/tool/wheels.ts";
import { lockedNames, refreshed, wheelsOfPylock, written } from "./releases.ts";

/** A `pylock.toml` as JSON with packages, `name==version`, and the names of their wheels. */
const pylock = (packages: Readonly<Record<string, readonly string[]>>): string =>
  JSON.stringify({
    packages: Object.entries(packages).map(([each, files]) => {
      const [name, version] = each.split("==");
      const wheels = files.map((file) => ({ url: `https://files.test/a/${file}`, hashes: { sha256: "0".repeat(64) } }));
      return { name, version, wheels };
    }),
  });

const platform = { amd64: "x86_64", arm64: "aarch64" } as const;

test("an update of the tool inventory lists a wheel once that several Python versions and architectures share", async () => {
  const { text, failures, changes } = await refreshed(
    'api = "0.10"\n',
    ["3.13", "3.14"],
    async (name, { python, arch }) => {
      if (name !== "uv") throw new Error("needs what is not there\n");
      return pylock({
        "uv==1.0": [`uv-1.0-py3-none-manylinux_2_17_${platform[arch]}.whl`],
        ...(python === "3.13" && { "old-one==2": ["Old.One-2-py3-none-any.whl"] }),
      });
    },
  );
  expect(written(text).map(({ file, arch, python }) => [file, arch, python])).toEqual([
    ["Old.One-2-py3-none-any.whl", undefined, ["3.13"]],
    ["uv-1.0-py3-none-manylinux_2_17_aarch64.whl", "arm64", ["3.13", "3.14"]],
    ["uv-1.0-py3-none-manylinux_2_17_x86_64.whl", "amd64", ["3.13", "3.14"]],
  ]);
  expect(failures).toEqual(
    ["poetry", "pipenv", "pdm"].map((name) => `the wheels of ${name} stay unchanged: needs what is not there`),
  );
  expect(changes?.[0]).toBe("added uv: Old.One-2-py3-none-any.whl for Python 3.13");
});

test("an update of the tool inventory keeps the wheels of a tool that cannot be locked", async () => {
  const { text, changes } = await refreshed(own, ["3.14"], () => Promise.reject(new Error("no index")));
  expect({ text, changes }).toEqual({ text: own, changes: [] });
});

test("an update of the tool inventory reports the wheels that it adds and drops", async () => {
  const update = (before: string, version: string) =>
    refreshed(before, ["3.14"], async (name) => {
      if (name !== "uv") throw new Error("no index");
      return pylock({ [`uv==${version}`]: [`uv-${version}-py3-none-any.whl`] });
    });
  const { text } = await update("", "1");
  expect((await update(text, "2")).changes).toEqual([
    "added uv: uv-2-py3-none-any.whl for Python 3.14",
    "dropped uv: uv-1-py3-none-any.whl for Python 3.14",
  ]);
});

test("an update of the tool inventory chooses the compiled wheel for the oldest glibc", () => {
  const files = [
    "a-1-py3-none-any.whl",
    "a-1-cp314-cp314-manylinux_2_28_x86_64.whl",
    "a-1-cp314-cp314-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
  ];
  expect(wheelsOfPylock(pylock({ "a==1": files })).map(({ file }) => file)).toEqual([files[2]]);
});

const file = (name: string) => join(import.meta.dirname, "../..", name, "buildpack.toml");
const own = readFileSync(file("python-packages"), "utf8");
const runtimes = readInventory(readFileSync(file("python-engine"), "utf8"), "buildpack.toml").releases;
const lines = [...new Set(runtimes.map(({ version }) => lineOf(version)))];

test.for(lines.flatMap((line) => (["amd64", "arm64"] as const).map((arch) => [line, arch] as const)))(
  "the tool inventory has every tool for Python %s on %s",
  ([line, arch]) => {
    for (const name of lockedNames) {
      const { version, wheels } = lockedTool(written(own), name, { python: `${line}.1`, arch });
      const tool = wheels.filter((each) => each.name === name);
      expect(tool.map((each) => each.version)).toEqual([version]);
      const names = wheels.map((each) => each.name);
      expect(new Set(names).size).toBe(names.length);
    }
  },
);
