import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import {
  type AppName,
  type AppResult,
  type Comparison,
  type Measurement,
  updated,
} from "../bench/comparison/results.ts";
import { buildKitClient } from "../bench/comparison/tools/buildkit-client.ts";
import { comparisonFiles } from "../scripts/comparison/page.ts";

const measurement = (seconds: number, more: Partial<Measurement> = {}): Measurement => ({
  seconds: { first: seconds },
  uploadedMb: {},
  ...more,
});

const resultOf = (app: AppName, tools: AppResult["tools"]): AppResult => ({
  app,
  name: app,
  date: "2026-11-26",
  load: { start: 1, end: 2 },
  tools,
});

const before: Comparison = {
  remark: "The run was interrupted.",
  machine: { processors: 2, memoryGb: 24, architecture: "x64" },
  versions: { cnb: "0.1.0", syft: "1.57.1" },
  missing: { kaniko: "not part of this run" },
  apps: [resultOf("express", { "cnb build": measurement(1) }), resultOf("fastapi", { "cnb build": measurement(2) })],
};
const about = { machine: before.machine, versions: { cnb: "0.1.0", syft: "1.58.0" }, missing: {} };
const again = (app: AppName) => resultOf(app, { "cnb build": measurement(3) });

test("a comparison that measures one app again keeps the remark, versions and missing tools of the earlier run", () => {
  const once = updated(before, again("express"), about, ["express"]);
  const twice = updated(once, again("express"), about, ["express"]); // after the next step
  expect(twice).toEqual({
    ...before,
    versions: { cnb: "0.1.0", syft: "1.57.1 and 1.58.0" },
    apps: [again("express"), before.apps[1]],
  });
});

test("a comparison that has measured all apps again drops the remark, versions and missing tools of the earlier run", () => {
  const part = updated(before, again("express"), about, ["express"]);
  expect(updated(part, again("fastapi"), about, ["express", "fastapi"])).toEqual({
    ...about,
    apps: [again("express"), again("fastapi")],
  });
});

test.each<[string, AppResult["tools"], string]>([
  ["no tool has a figure", { "cnb build": measurement(1), BuildKit: measurement(1) }, ""],
  [
    "only pack has a figure",
    { "cnb build": measurement(1), "pack build": measurement(1, { sbom: true }) },
    "The images of `pack build` also contain SBOMs that the buildpacks wrote.\n\n",
  ],
  [
    "only buildah has a figure",
    { "cnb build": measurement(1), buildah: measurement(1, { sbom: false }) },
    "The images of\nthe Dockerfiles contain none:\n\n",
  ],
])(
  "the section about SBOMs of docs/comparison.md names only tools that have figures, here if %s",
  (_, tools, sentences) => {
    const page = comparisonFiles({ ...before, apps: [resultOf("express", tools)] })["docs/comparison.md"] ?? "";
    const section = page.slice(page.indexOf("## Packages in an SBOM"), page.indexOf("## Root or not"));
    expect(section).toContain(`This run has no figures for this table.\n\n${sentences}`);
    expect(section.match(/The images of/g) ?? []).toHaveLength(sentences === "" ? 0 : 1);
  },
);

test("the search for a docker client with BuildKit continues after a program that the machine lacks", async () => {
  const dir = await mkdtemp(join(tmpdir(), "clients-"));
  onTestFinished(() => rm(dir, { recursive: true }));
  const old = join(dir, "docker");
  await writeFile(old, "#!/bin/sh\necho Docker version 20.10.24, build 1\n", { mode: 0o755 });
  expect(await buildKitClient([join(dir, "absent"), old])).toBe(old);
  await expect(buildKitClient([join(dir, "absent")])).rejects.toThrow("install docker-buildx");
});
