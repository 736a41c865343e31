import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { container } from "@libcnb/packager/testing";
import { type FileMap, writeFiles } from "libcnb/testing";
import { makeWorld } from "../../e2e/reference/reference-world.ts";
import type { AppWorld } from "../../support/apps/app-cases.ts";
import { dockerfileApp } from "../../support/apps/dockerfile-app.ts";
import { type JavaStages, javaRecipe, makeTemurinBase } from "../../support/java/dockerfile.ts";
import { gradleSpring, hello, spring } from "../../support/java/frameworks.ts";
import { gradleVersion } from "../../support/java/gradle-archives.ts";
import { javaWorldOf, makeJavaBuilder } from "../../support/java/world.ts";
import { against, type Figure, median, secondsOf } from "../figure.ts";
import { appTimes, type TimedApp } from "./app-times.ts";

/** An app whose code and whose dependencies change, and what its Dockerfile says. */
export interface JavaApp {
  readonly files: FileMap;
  readonly env?: Readonly<Record<string, string>>;
  readonly stages: JavaStages;
  /** The file that names dependencies, and what becomes of it. */
  readonly dependencies: readonly [file: string, before: string, after: string];
  /** The most that its image may be, beside that of the Dockerfile. */
  readonly most: number;
}

const actuator = "spring-boot-starter-actuator";

export const javaApps = {
  "Spring Boot, Maven": {
    files: spring("3.5.7", ["web"]),
    stages: {
      java: "17",
      jar: "target/app-1.0.0.jar",
      build: `COPY pom.xml ./
RUN mvn --batch-mode --no-transfer-progress dependency:go-offline
COPY src ./src
RUN mvn --batch-mode --no-transfer-progress -DskipTests package
`,
    },
    dependencies: [
      "pom.xml",
      "</dependencies>",
      `<dependency><groupId>org.springframework.boot</groupId><artifactId>${actuator}</artifactId></dependency></dependencies>`,
    ],
    most: 0.77,
  },
  "Spring Boot, Gradle": {
    files: gradleSpring(),
    // the one of these tests, for both: by itself Java 11 gets a newer one
    env: { BP_GRADLE_VERSION: gradleVersion },
    stages: {
      java: "11",
      jar: "build/libs/app.jar",
      build: `COPY build.gradle settings.gradle ./
RUN gradle --no-daemon dependencies
COPY src ./src
RUN gradle --no-daemon assemble
`,
    },
    dependencies: [
      "build.gradle",
      "starter-web",
      `starter-web"\n  implementation "org.springframework.boot:${actuator}`,
    ],
    most: 1,
  },
} satisfies Readonly<Record<string, JavaApp>>;

export const changeController = (app: string): Promise<unknown> =>
  writeFiles(app, { "src/main/java/com/example/Hello.java": hello("Changed") });

export const addStarter = (app: string, { dependencies: [file, before, after] }: JavaApp): Promise<void> =>
  replaceIn(join(app, file), before, after);

export async function* javaTimes(): AsyncGenerator<Figure> {
  for (const [name, app] of Object.entries(javaApps)) {
    const dir = await mkdtemp(join(tmpdir(), "bench-java-"));
    try {
      await makeWorld(dir);
      await using world = await javaWorldOf(await makeJavaBuilder(dir));
      yield* appTimes(await timed(name, app, dir, world));
      yield* startTimes(name, dir);
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  }
}

async function timed(name: string, app: JavaApp, dir: string, world: AppWorld): Promise<TimedApp> {
  const source = join(dir, "source");
  await writeFiles(source, app.files);
  return {
    name,
    dir,
    app: source,
    builder: "java-builder",
    flags: flagsOf(world, app.env),
    most: app.most,
    peer: await dockerfileApp(join(dir, "buildah"), source, await makeTemurinBase(dir), javaRecipe(app.stages)),
    changes: [
      // nothing of the app runs in a build of what did not change
      { name: "unchanged", make: async () => {}, own: 0 },
      { name: "code changed", make: changeController },
      { name: "dependency added", make: (to) => addStarter(to, app) },
    ],
  };
}

const flagsOf = ({ env, certificates }: AppWorld, own: JavaApp["env"] = {}): readonly string[] => [
  ...Object.entries({ ...env, ...own }).flatMap(([name, value]) => ["--env", `${name}=${value}`]),
  ...certificates.flatMap((file) => ["--ca-cert", file]),
];

async function replaceIn(file: string, before: string, after: string): Promise<void> {
  await writeFile(file, (await readFile(file, "utf8")).replace(before, after));
}

/** From nothing to the first answer, in turns; both by `cnb run`. */
async function* startTimes(name: string, dir: string): AsyncGenerator<Figure> {
  const images = [`oci:${dir}/app`, `oci:${dir}/buildah/image:latest`];
  const times: number[][] = [[], []];
  for (let turn = 0; turn < 5; turn++) {
    for (const [index, image] of images.entries()) times[index]?.push(await secondsOf(() => answered(image)));
  }
  const [ours = Number.NaN, theirs = Number.NaN] = times.map(median);
  yield { ...against(`${name}, start`, ours, "s", 1, "Dockerfile", theirs), targetOf: "ratio" };
}

async function answered(image: string): Promise<void> {
  await using app = await container(image, { env: { SERVER_PORT: "8099", PORT: "8099" } });
  await app.ready({ http: "/", timeoutMs: 120_000 });
}
