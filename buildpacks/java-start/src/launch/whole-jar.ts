import { dirname } from "node:path";
import { defined } from "@libcnb/app-kit/defined";
import { inDir } from "@libcnb/app-kit/folders";
import type { Jar } from "@libcnb/java-app/jar";
import type { WholeJar } from "../app/found-app.ts";
import type { Project } from "../project.ts";
import { otherwise, quoted } from "../start.ts";
import type { Launch } from "./launch.ts";
import { ownJars, slicesOf } from "./own-code.ts";

/** Returns the launch settings of a single jar, with the files that its manifest names. */
export async function launchJar({ file, jar }: WholeJar, { app, log }: Project): Promise<Launch> {
  const home = dirname(file) === "." ? "" : dirname(file);
  const name = file.replace(/^.*\//, "");
  const named = (jar.manifest?.get("Class-Path") ?? "").split(" ").filter((path) => /^[^:]+\.jar$/.test(path));
  const paths = named.map((path) => inDir(home, path));
  const isPresent = await Promise.all(paths.map((path) => app.exists(path).catch(() => false)));
  const there = paths.filter((_, index) => isPresent[index]);
  const own = await ownJars(app, there, { groups: jar.pomProperties.map(({ group }) => group) });
  const missing = named.filter((_, index) => !isPresent[index]);
  if (missing.length > 0) log.debug(`Class-Path of ${file} names ${missing.join(", ")}, which the app does not have`);
  const portVariable = portVariableOf(jar);
  const main = `-jar ${quoted(name.startsWith("-") ? `./${name}` : name)}`;
  return {
    start: {
      line: `java ${main}`,
      source: `Main-Class in ${file}`,
      dir: home,
      otherwise,
      ...defined({
        warnings: missing.length > 0 && missing.length === named.length ? [lacks(file, missing)] : undefined,
      }),
    },
    main,
    ...defined({ portVariable }),
    slices: slicesOf(there, (path) => own.has(path)),
    code: [file, ...there],
  };
}

const lacks = (file: string, [first = "", ...others]: readonly string[]): string =>
  `${file} cannot find its dependencies: its Class-Path names ${first}${others.length === 0 ? "" : ` and ${others.length} more`}, which the app does not have. Configure the build to copy them (dependency:copy-dependencies) or to pack them into the jar (maven-shade-plugin, spring-boot-maven-plugin).`;

/** The variable through which the framework in a jar reads its port. */
function portVariableOf({ entries, manifest }: Jar): string | undefined {
  const has = (...names: readonly string[]) => entries.some(({ name }) => names.some((each) => name.startsWith(each)));
  if (manifest?.get("Spring-Boot-Version") !== undefined) return "SERVER_PORT";
  if (has("io/quarkus/runner/", "io/quarkus/runtime/")) return "QUARKUS_HTTP_PORT";
  if (has("io/micronaut/runtime/Micronaut.class")) return "MICRONAUT_SERVER_PORT";
  return has("io/helidon/microprofile/", "org/springframework/boot/SpringApplication.class")
    ? "SERVER_PORT"
    : undefined;
}
