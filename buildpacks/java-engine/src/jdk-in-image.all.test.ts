import { join } from "node:path";
import { build } from "libcnb/testing";
import { expect, test } from "vitest";
import { javaArchives } from "../../../test/support/java/archives.ts";
import { javaTestBuildpacks } from "../../../test/support/java/archives-buildpacks.ts";
import javaEngine from "./buildpack.ts";

test("BP_JVM_TYPE=JDK installs the distribution's JDK with its original truststore", async () => {
  const env = {
    BP_JVM_MIRROR: `file://${await javaArchives()}`,
    BP_JVM_DISTRIBUTION: "zulu",
    BP_JVM_VERSION: "17",
    BP_JVM_TYPE: "JDK",
  };
  const inherited = Object.fromEntries(Object.entries(process.env).map(([name, value]) => [name, value ?? ""]));
  const { layers, parsed } = await build(javaEngine, {
    buildpack: join(await javaTestBuildpacks(), "java-engine"),
    downloads: "real",
    inherited,
    env,
    plan: { jre: [{ launch: true }] },
  });
  expect(Object.keys(parsed.layers).toSorted()).toEqual(["helpers", "jre", "version"]);
  const names = ["bin/javac", "bin/jcmd", "lib/security/cacerts", "jmods/java.base.jmod", "lib/security/cacerts.own"];
  expect(names.map((name) => layers[`jre/${name}`] !== undefined)).toEqual([true, true, true, false, false]);
}, 600_000);
