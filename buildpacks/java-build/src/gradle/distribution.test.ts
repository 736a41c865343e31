// @needs processes
import { type FileMap, unchecked } from "libcnb/testing";
import { expect, test } from "vitest";
import { zipOf } from "../../../../test/support/zip.ts";
import type { Project } from "../build-tool.ts";
import type { Context } from "../config.ts";
import { inBuild } from "../test-app.ts";
import { provideGradle } from "./distribution.ts";
import { folder } from "./test-gradle.ts";

const official = "https://services.gradle.org/distributions";
const at = "gradle/wrapper/gradle-wrapper.properties";
const archive = (...names: readonly string[]) => unchecked(zipOf(names.map((name) => ({ name, text: "#!/bin/sh\n" }))));
const gradle = archive("gradle/bin/gradle", "gradle/lib/gradle-core-7.1.jar");

/** The Gradle that is provided when one address alone can be asked. */
async function provided(
  url: string,
  app: FileMap,
  env: Readonly<Record<string, string>>,
  { java = 17, file = gradle } = {},
) {
  const lines: string[] = [];
  const given = { buildpack: folder, app, env, downloads: { [url]: file } };
  const { version, source, command } = await inBuild(given, async (found) => {
    const context = found as Context;
    const { app, bindings, config: settings } = context;
    const log = { ...context.log, warn: (line: string) => void lines.push(line) };
    const jdk = { version: String(java), feature: java, home: "/jdk" };
    return provideGradle({ ...context, log }, { app, bindings, settings, env, dir: "", jdk } as unknown as Project);
  });
  return { version, source, program: command[0].replace(/.*\/layers\//, ""), lines };
}

const program = "gradle/gradle/bin/gradle";

test.each<[string, string, FileMap, Readonly<Record<string, string>>, number, object]>([
  [
    "the newest release by default",
    `${official}/gradle-9.6.1-bin.zip`,
    {},
    {},
    17,
    { version: "9.6.1", source: "default" },
  ],
  [
    "the newest release that supports the older Java of the build",
    `${official}/gradle-8.14.5-bin.zip`,
    {},
    {},
    11,
    { version: "8.14.5", source: "Java 11" },
  ],
  [
    "the newest release of the release line in BP_GRADLE_VERSION",
    `${official}/gradle-7.6.6-bin.zip`,
    {},
    { BP_GRADLE_VERSION: "7" },
    17,
    { version: "7.6.6", source: "BP_GRADLE_VERSION" },
  ],
  [
    "the version in BP_GRADLE_VERSION rather than in the wrapper",
    `${official}/gradle-8.5-bin.zip`,
    { [at]: `distributionUrl=${official}/gradle-8.14.3-bin.zip` },
    { BP_GRADLE_VERSION: "8.5" },
    17,
    { version: "8.5", source: "BP_GRADLE_VERSION" },
  ],
  [
    "a version that the inventory does not have, with a warning",
    `${official}/gradle-5.6.4-bin.zip`,
    {},
    { BP_GRADLE_VERSION: "5.6.4" },
    8,
    {
      version: "5.6.4",
      source: "BP_GRADLE_VERSION",
      lines: ["The archive of Gradle 5.6.4, requested by BP_GRADLE_VERSION, is not verified: its checksum is unknown"],
    },
  ],
  [
    "the distribution that the wrapper names",
    `${official}/gradle-8.14.3-all.zip`,
    { [at]: `distributionUrl=${official}/gradle-8.14.3-all.zip`, ".sdkmanrc": "gradle=7.6.6" },
    {},
    17,
    { version: "8.14.3", source: at },
  ],
  [
    "the version in .sdkmanrc",
    `${official}/gradle-7.6.6-bin.zip`,
    { ".sdkmanrc": "gradle=7.6.6" },
    {},
    17,
    { version: "7.6.6", source: ".sdkmanrc" },
  ],
  [
    "downloaded from BP_GRADLE_MIRROR",
    "https://mirror.example.org/gradle/gradle-8.14.3-bin.zip",
    { [at]: `distributionUrl=${official}/gradle-8.14.3-bin.zip` },
    { BP_GRADLE_MIRROR: "https://mirror.example.org/gradle/" },
    17,
    { version: "8.14.3", source: at },
  ],
  [
    "a company's own distribution, which is not downloaded from the mirror",
    "https://example.org/our-build-tool.zip",
    { [at]: "distributionUrl=https://me:s3cret@example.org/our-build-tool.zip" },
    { BP_GRADLE_MIRROR: "https://mirror.example.org/gradle" },
    17,
    { version: "7.1", source: at },
  ],
])("the Gradle distribution is %s", async (_, url, app, env, java, expected) => {
  expect(await provided(url, app, env, { java })).toEqual({ program, lines: [], ...expected });
});

test.each<[string, FileMap, Readonly<Record<string, string>>, string]>([
  ["GRADLE_MIRROR_INVALID", {}, { BP_GRADLE_MIRROR: "mirror" }, "BP_GRADLE_MIRROR is not an http, https or file URL"],
  ["VERSION_UNAVAILABLE", {}, { BP_GRADLE_VERSION: "3.x" }, "BP_GRADLE_VERSION"],
])("an invalid request for Gradle fails with %s", async (code, app, env, message) => {
  await expect(provided(official, app, env)).rejects.toThrow(
    expect.objectContaining({ code, message: expect.stringContaining(message) }),
  );
});

test.each<[string, Uint8Array, string]>([
  ["an archive without Gradle", zipOf([{ name: "other/bin/other", text: "" }]), "it has no bin/gradle"],
  ["a file that is not an archive", Buffer.from("<html>Please log in</html>"), "it is damaged or not an archive"],
])("a Gradle wrapper that names %s is refused", async (_, bytes, cause) => {
  const url = "https://example.org/tools/gradle.zip";
  const app = { [at]: "distributionUrl=https://me:s3cret@example.org/tools/gradle.zip" };
  await expect(provided(url, app, {}, { file: unchecked(bytes) })).rejects.toMatchObject({
    code: "GRADLE_DISTRIBUTION_INVALID",
    cause,
    message: `the file at ${url}, requested by ${at}, is not a Gradle distribution`,
    hint: `Correct distributionUrl in ${at}, or choose a version with BP_GRADLE_VERSION.`,
  });
});

test("the hint names the mirror that serves something other than Gradle", async () => {
  const url = "https://services.gradle.org/distributions/gradle-6.9.9-bin.zip";
  const page = unchecked(Buffer.from("<html>Please log in</html>"));
  await expect(provided(url, {}, { BP_GRADLE_VERSION: "6.9.9" }, { file: page })).rejects.toMatchObject({
    code: "GRADLE_DISTRIBUTION_INVALID",
    message: `the file at ${url}, requested by BP_GRADLE_VERSION, is not a Gradle distribution`,
    hint: "Check the mirror in BP_GRADLE_MIRROR or BP_DEPENDENCY_MIRROR, or choose another version with BP_GRADLE_VERSION.",
  });
});
