import { resolve } from "node:path";
import { type BuildFixture, build, type FileMap } from "libcnb/testing";
import { zipOf } from "../../../test/support/zip.ts";
import javaStart from "./buildpack.ts";

export const buildpack = resolve(import.meta.dirname, "..");
export type Env = Readonly<Record<string, string>>;

/** Creates a manifest with attributes. */
export const manifest = (attributes: Readonly<Record<string, string>> = {}): string =>
  `Manifest-Version: 1.0\r\n${Object.entries(attributes)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("")}\r\n`;

/** Creates a jar with files. */
export const jar = (
  attributes: Readonly<Record<string, string>>,
  files: Readonly<Record<string, string | Uint8Array>> = {},
): Uint8Array =>
  zipOf(
    Object.entries({ "META-INF/MANIFEST.MF": manifest(attributes), ...files }).map(([name, text]) => ({
      name,
      text,
      method: 8,
    })),
  );

/** Creates Maven's metadata in a jar. */
export const pomProperties = (group: string, name: string): Env => ({
  [`META-INF/maven/${group}/${name}/pom.properties`]: `groupId=${group}\nartifactId=${name}\nversion=1\n`,
});

/** Creates a library jar in the form in which Maven builds it. */
export const library = (name: string, group = "org.example", files: Env = {}): Uint8Array =>
  jar({}, { ...pomProperties(group, name), ...files });

const loader = "org.springframework.boot.loader.launch";

/** Creates the manifest of a Spring Boot app. */
export const springManifest = (more: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> => ({
  "Implementation-Title": "shop",
  "Implementation-Version": "1.2.3",
  "Main-Class": `${loader}.JarLauncher`,
  "Start-Class": "com.example.App",
  "Spring-Boot-Version": "3.5.7",
  "Spring-Boot-Classes": "BOOT-INF/classes/",
  "Spring-Boot-Lib": "BOOT-INF/lib/",
  ...more,
});

/**
 * Creates the files in a Spring Boot app's jar. `libraries` are the names of its jars, which are
 * all listed in the index.
 */
export const springFiles = (libraries: readonly string[], more: Readonly<Record<string, string>> = {}) => ({
  "BOOT-INF/classes/com/example/App.class": "",
  "BOOT-INF/classpath.idx": libraries.map((name) => `- "BOOT-INF/lib/${name}.jar"\n`).join(""),
  ...Object.fromEntries(libraries.map((name) => [`BOOT-INF/lib/${name}.jar`, library(name)])),
  "org/springframework/boot/loader/launch/JarLauncher.class": "",
  ...more,
});

/** Creates an app with the unpacked files of a Spring Boot jar. */
export const springApp = (
  libraries: readonly string[],
  { attributes = {}, files = {} }: { readonly attributes?: Env; readonly files?: Env } = {},
): FileMap => ({
  "META-INF/MANIFEST.MF": manifest(springManifest(attributes)),
  ...springFiles(libraries, files),
});

/** The relevant lines of the script that Gradle's plugin `application` creates. */
export const gradleScript = `#!/bin/sh
APP_HOME=$( cd "\${0%/*}/.." && pwd -P ) || exit
CLASSPATH=$APP_HOME/lib/shop-1.0.jar:$APP_HOME/lib/guava-33.0.jar
exec java -classpath "$CLASSPATH" \${JAVA_OPTS-} \${SHOP_OPTS-} com.example.App "$@"
`;

/**
 * Builds an app. Returns the build's outcome with parts that tests compare: log lines about
 * processes, the processes with their commands, the slices, the labels and the launch variables.
 */
export async function built(app: FileMap, env: Env = {}, given: BuildFixture = {}) {
  const outcome = await build(javaStart, { buildpack, app, env: { BPI_JVM_VERSION: "17.0.9", ...env }, ...given });
  const { processes, slices, labels } = outcome.parsed.launch;
  const commands = Object.fromEntries(
    Object.entries(processes).map(([type, { command }]) => [type, command.join(" ")]),
  );
  const first = outcome.log.findIndex((line) => /^(Starting|Process|The image has)/.test(line));
  const { launch: launchEnv = {} } = outcome.parsed.layers["start"]?.env ?? {};
  const variables = Object.fromEntries(
    Object.entries(launchEnv).map(([name, change]) => [
      name,
      Object.values(change).find((value) => value !== ":") ?? "",
    ]),
  );
  return { outcome, lines: outcome.log.slice(first), processes, commands, slices, labels, variables };
}
