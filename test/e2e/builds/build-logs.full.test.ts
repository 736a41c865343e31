import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { AppWorld } from "../../support/apps/app-cases.ts";
import { type BuildLogs, buildLogs, type LoggedApps } from "../../support/apps/build-logs.ts";
import { comparable, kinds, logInGuide, shownLogs } from "../../support/apps/shown-logs.ts";
import { root } from "../../support/cnb.ts";
import { forJava, jars, javaFile, smallMaven } from "../../support/java/apps.ts";
import { javaWorld } from "../../support/java/world.ts";
import { nodeWorld } from "../../support/node/world.ts";
import { requirements, tools } from "../../support/python/apps.ts";
import { pythonWorld } from "../../support/python/world.ts";

// The guide shows these logs as they are printed. LIBCNB_WRITE_DOCS=1 writes them into it.

const page = join(root, "docs/guide/build-logs.md");
const fixture = (name: string): string => join(root, "test/fixtures/apps", name);

const only = ({ env, ...world }: AppWorld, ...names: readonly string[]): AppWorld => ({
  ...world,
  env: Object.fromEntries(Object.entries(env).filter(([name]) => names.includes(name))),
});

const maven = { properties: forJava("17") };

test.for<[string, LoggedApps, () => Promise<AppWorld & Partial<AsyncDisposable>>, readonly string[]]>([
  [
    "Node.js",
    { app: { folder: fixture("express-service") }, broken: { folder: fixture("stale-lockfile") } },
    nodeWorld,
    ["BP_NODE_DISTRIBUTION", "NPM_CONFIG_REGISTRY"],
  ],
  [
    "Python",
    {
      app: { folder: fixture("fastapi-service") },
      broken: { files: { ...tools.pip.files(), "requirements.txt": requirements("idna==3.10", "inflection==99.0") } },
    },
    pythonWorld,
    ["BP_CPYTHON_MIRROR", "PIP_INDEX_URL"],
  ],
  [
    "Java",
    {
      app: { files: smallMaven(jars.classPath, maven) },
      broken: {
        files: {
          ...smallMaven(jars.classPath, maven),
          [javaFile("Main")]: "package com.example;\n\nclass Main { int broken }\n",
        },
      },
    },
    javaWorld,
    ["BP_JVM_MIRROR", "BP_MAVEN_MIRROR"],
  ],
])(
  "the guide shows the current logs of %s builds, each at most one screen long",
  async ([language, apps, open, names]) => {
    const world = await open();
    try {
      const logs = await buildLogs(apps, only(world, ...names));
      if (process.env.LIBCNB_WRITE_DOCS) await writeLogs(language, logs);
      const shown = shownLogs(await readFile(page, "utf8"), language);
      expect(shown.map(comparable)).toEqual(Object.values(logs).map(comparable));
      expect(Math.max(...Object.values(logs).map((log) => log.split("\n").length))).toBeLessThanOrEqual(55);
    } finally {
      await world[Symbol.asyncDispose]?.();
    }
  },
);

async function writeLogs(language: string, logs: BuildLogs): Promise<void> {
  const text = await readFile(page, "utf8");
  const written = kinds.reduce(
    (rest, kind) => rest.replace(logInGuide(language, kind), (_, begin, __, end) => `${begin}${logs[kind]}${end}`),
    text,
  );
  await writeFile(page, written);
}
