import { hash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { RunTool } from "libcnb";
import { LibcnbError, type Logger } from "libcnb";

/**
 * The source files of the Maven extension that reports what Maven builds. They are compiled for the
 * Maven and the JDK of the build.
 */
const filesIn = (buildpackDir: string): readonly string[] =>
  ["ProjectReport", "ResolvedGraph", "Json"].map((name) => join(buildpackDir, `src/maven/report/${name}.java`));

/** Returns a digest of the source of the report extension. */
export const reportDigest = (buildpackDir: string): string =>
  hash(
    "sha256",
    filesIn(buildpackDir)
      .map((file) => readFileSync(file, "utf8"))
      .join("\0"),
  ).slice(0, 16);

/** The inputs for compiling the report extension. */
export interface Compilation {
  readonly buildpackDir: string;
  /** The installation directory of Maven, with the libraries to compile against. */
  readonly maven: string;
  /** The installation directory of the JDK. */
  readonly jdk: string;
  readonly to: string;
}

/** A short-lived compiler has no use for what makes a long-lived one quick. */
const quick = ["-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC"];

/** Mavens of the lines 3.6 and 3.8 look into classes before they load them, and read none that are newer. */
const old = ["-source", "8", "-target", "8", "-Xlint:-options"];

/**
 * Compiles the report extension. If the compilation fails, the build continues, and the SBOM is
 * derived from the jars.
 */
export async function compileReport(
  { run, log }: { readonly run: RunTool; readonly log: Logger },
  { buildpackDir, maven, jdk, to }: Compilation,
): Promise<void> {
  const index = join(to, "META-INF/sisu");
  await mkdir(index, { recursive: true });
  const flags = [...quick, ...old, "-proc:none", "-nowarn", "-encoding", "UTF-8"];
  const args = [...flags, "-d", to, "-cp", join(maven, "lib/*"), ...filesIn(buildpackDir)];
  try {
    await run(join(jdk, "bin/javac"), args, { output: "capture-both" });
    await writeFile(join(index, "javax.inject.Named"), "libcnb.ProjectReport\n");
  } catch (error) {
    if (!(error instanceof LibcnbError)) throw error;
    log.warn("This version of Maven cannot report its dependencies: the SBOM is generated only from the jars");
    log.debug(String(error.cause ?? error.message));
  }
}

/** Returns the path of the compiled report extension; `undefined` if it was not compiled. */
export const compiledReport = (dir: string): string | undefined =>
  existsSync(join(dir, "META-INF/sisu/javax.inject.Named")) ? dir : undefined;
