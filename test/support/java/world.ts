import type { SpawnOptions } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { builderIn, madeOnce, referenceWorld } from "../../e2e/reference/reference-world.ts";
import type { AppWorld } from "../apps/app-cases.ts";
import { cnbSucceeds, npmSetting } from "../cnb.ts";
import type { Mirror } from "../file-mirror.ts";
import { type Arch, javaMirror } from "./archives.ts";
import { javaTestBuildpacks } from "./archives-buildpacks.ts";
import { gradleMirror } from "./gradle-archives.ts";
import { mavenMirror } from "./maven-archives.ts";
import { mavenRepository, settingsFor } from "./maven-repository.ts";
import { tomcatMirror } from "./tomcat-archives.ts";

/**
 * For a file of tests: the reference builder, whose JDKs, Maven, Gradle and Tomcat are served by mirrors on the loopback interface, since the
 * upstream archives are not reachable everywhere these tests run. What apps depend on comes from where Maven itself looks; with `near`, through
 * a repository on the loopback interface that asks for each file once: bound as users bind theirs.
 */
export function useJavaWorld({ near = false } = {}): () => AppWorld {
  let world: Awaited<ReturnType<typeof javaWorld>>;
  let repository: Mirror | undefined;
  let bound: Readonly<Record<string, string>> = {};
  beforeAll(async () => {
    world = await javaWorld();
    repository = near ? await mavenRepository() : undefined;
    if (repository) bound = boundMaven(settingsFor(repository.url));
  }, 900_000);
  afterAll(async () => {
    await repository?.[Symbol.asyncDispose]();
    await world?.[Symbol.asyncDispose]();
  });
  return () => ({ ...world, env: { ...world.env, ...bound } });
}

/** A binding with settings.xml, as a platform without directories for them gives it to a build. */
export const boundMaven = (settings: string): Readonly<Record<string, string>> => ({
  VCAP_SERVICES: JSON.stringify({
    "user-provided": [{ name: "repository", credentials: { type: "maven", "settings.xml": settings } }],
  }),
});

/** The same for others than tests. */
export async function javaWorld(): Promise<AppWorld & AsyncDisposable> {
  const { dir } = await referenceWorld();
  await madeOnce("java-builder", () => makeJavaBuilder(dir));
  return javaWorldOf(builderIn(dir, "java-builder"));
}

/** Makes the builder with the releases of the tests beside the reference builder in `dir`. */
export async function makeJavaBuilder(dir: string, options: SpawnOptions = {}): Promise<string> {
  const config = await readFile(join(dir, "builder.toml"), "utf8");
  const file = join(dir, "java-builder.toml");
  await writeFile(file, config.replace(/uri = ".*\/java"/, `uri = "${await javaTestBuildpacks()}/java"`));
  await cnbSucceeds(["builder", "create", builderIn(dir, "java-builder"), "--config", file], options);
  return builderIn(dir, "java-builder");
}

const mirrors = {
  BP_JVM_MIRROR: javaMirror,
  BP_MAVEN_MIRROR: mavenMirror,
  BP_GRADLE_MIRROR: gradleMirror,
  BP_TOMCAT_MIRROR: tomcatMirror,
} as const;

/** With the mirrors, until it is disposed of. */
export async function javaWorldOf(builder: string, arch?: Arch): Promise<AppWorld & AsyncDisposable> {
  const opened = await Promise.all(
    Object.entries(mirrors).map(async ([name, open]) => ({ name, mirror: await open(arch) })),
  );
  const authority = await npmSetting("cafile");
  return {
    builder,
    env: Object.fromEntries(opened.map(({ name, mirror }) => [name, mirror.url])),
    certificates: authority === undefined ? [] : [authority],
    async [Symbol.asyncDispose]() {
      for (const { mirror } of opened) await mirror[Symbol.asyncDispose]();
    },
  };
}
