import { createHash } from "node:crypto";
import { join } from "node:path";
import { type BuildFixture, build, detect, type FileMap, rebuild } from "libcnb/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { javaMirror } from "../../../test/support/java/archives.ts";
import { javaTestBuildpacks } from "../../../test/support/java/archives-buildpacks.ts";
import javaEngine from "./buildpack.ts";

test("detect passes for every buildpack that requires Java", async () => {
  const buildpack = join(import.meta.dirname, "..");
  expect(await detect(javaEngine, { buildpack, app: { "package.json": "{}" } })).toMatchObject({
    outcome: "pass",
    plan: [{ provides: ["jdk", "jre"], requires: [] }, { provides: ["jre"] }, { provides: ["jdk"] }],
  });
});

/** Proxies and the like of this machine. */
const inherited = Object.fromEntries(Object.entries(process.env).map(([name, value]) => [name, value ?? ""]));

describe("build with a real archive", { timeout: 600_000 }, () => {
  let buildpack: string;
  beforeAll(async () => {
    buildpack = join(await javaTestBuildpacks(), "java-engine");
  }, 600_000);

  /** With the mirror of tests, of which the paths that were asked for are given. */
  async function built(given: BuildFixture) {
    await using mirror = await javaMirror();
    const env = { BP_JVM_MIRROR: mirror.url, ...given.env };
    const outcome = await build(javaEngine, { buildpack, downloads: "real", inherited, ...given, env });
    return { ...outcome, parsed: outcome.parsed, outcome, requests: mirror.requests };
  }

  const typesOf = ({ parsed }: Awaited<ReturnType<typeof built>>) =>
    Object.fromEntries(
      Object.entries(parsed.layers).map(([name, { types }]) => [
        name,
        Object.entries(types).flatMap(([type, is]) => (is ? [type] : [])),
      ]),
    );
  const namesIn = (layers: FileMap, folder: string) => [
    ...new Set(
      Object.keys(layers)
        .filter((path) => path.startsWith(`${folder}/`))
        .map((path) => path.slice(folder.length + 1).split("/")[0]),
    ),
  ];
  /** The contents are too large to be compared one by one. */
  const digests = (layers: FileMap) =>
    Object.fromEntries(
      Object.entries(layers).map(([path, content]) => [
        path,
        typeof content === "string" || content instanceof Uint8Array
          ? createHash("sha256").update(content).digest("hex")
          : content,
      ]),
    );
  const textIn = (layers: FileMap, path: string) => String(layers[path]).replace(/^.*\/(?=[^/]+$)/, "");

  test("installs a JRE for prebuilt apps, without unused files", async () => {
    const first = await built({ env: { BP_JVM_DISTRIBUTION: "temurin" }, plan: { jre: [{ launch: true }] } });
    expect(first.requests).toEqual([expect.stringMatching(/^\/OpenJDK21U-jre_\w+_linux_hotspot_21\.0\.8_9\.tar\.gz$/)]);
    expect(typesOf(first)).toEqual({ helpers: ["launch"], jre: ["launch", "cache"], version: ["build"] });
    expect(namesIn(first.layers, "jre").toSorted()).toEqual(["bin", "conf", "env.launch", "legal", "lib", "release"]);
    expect(textIn(first.layers, "jre/env.launch/JAVA_HOME.override")).toBe("jre");
    expect(first.layers["version/env.build/BPI_JVM_VERSION.override"]).toBe("21.0.8+9");
    const { components } = JSON.parse(String(first.layers["jre.sbom.cdx.json"]));
    expect(components).toEqual([
      {
        "bom-ref": expect.any(String),
        type: "application",
        name: "temurin-jre",
        version: "21.0.8+9",
        cpe: "cpe:2.3:a:oracle:openjdk:21.0.8:-:*:*:*:*:*:*",
        purl: "pkg:generic/temurin-jre@21.0.8%2B9",
        hashes: [{ alg: "SHA-256", content: expect.stringMatching(/^[0-9a-f]{64}$/) }],
        licenses: [{ license: { id: "GPL-2.0-with-classpath-exception" } }],
        externalReferences: [
          {
            type: "distribution",
            url: expect.stringMatching(/^https:\/\/github\.com\/adoptium\/temurin21-binaries\//),
          },
        ],
      },
    ]);

    const second = await rebuild(javaEngine, first.outcome);
    expect([second.downloads, digests(second.layers)]).toEqual([[], digests(first.layers)]);
  });

  test("downloads a JDK once for the build and for linking the image's runtime, without an SBOM", async () => {
    const linking = { BP_JVM_JLINK_ENABLED: "true", BP_JVM_JLINK_ARGS: "--add-modules java.base,java.logging" };
    const env = { BP_JVM_VERSION: "11", BP_DISABLE_SBOM: "true", ...linking };
    const outcome = await built({ env, plan: { jdk: [{ build: true }], jre: [{ launch: true }] } });
    expect(outcome.requests).toEqual([expect.stringMatching(/^\/bellsoft-jdk11\.0\.24\+8-linux-\w+\.tar\.gz$/)]);
    expect(typesOf(outcome)).toEqual({
      helpers: ["launch"],
      jdk: ["build", "cache"],
      jre: ["launch", "cache"],
      truststore: ["build"],
      version: ["build"],
    });
    expect(["JAVA_HOME", "JDK_HOME"].map((name) => textIn(outcome.layers, `jdk/env.build/${name}.override`))).toEqual([
      "jdk",
      "jdk",
    ]);
    const names = Object.keys(outcome.layers);
    const some = ["jdk/bin/javac", "jdk/jmods/java.base.jmod", "jdk/man/man1/java.1.gz", "jre/bin/javac"];
    expect(some.map((name) => names.includes(name))).toEqual([true, true, false, false]);
    expect(String(outcome.layers["jre/release"])).toContain('MODULES="java.base java.logging"');
    expect(outcome.log).toContain("Linking a runtime with jlink: --add-modules java.base,java.logging");
    expect(names.filter((path) => path.includes(".sbom."))).toEqual([]);
  });
});
