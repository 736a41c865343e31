import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startFailure } from "@libcnb/app-kit/release/program-check";
import type { Unpack } from "@libcnb/app-kit/release/unpacking";
import { featureOf } from "@libcnb/java-app/java-version";
import { type Logger, type Release, type RunTool, UserError } from "libcnb";
import { plainCommand } from "libcnb/kit";

/** The inputs for installing a release of Java. */
interface Installation {
  readonly unpack: Unpack;
  readonly run: RunTool;
  readonly java: Release;
}

/** The inputs of a linked runtime. */
interface Linking extends Installation {
  /**
   * The arguments of jlink. If empty, the runtime gets all modules except developer tools, without
   * debug information.
   */
  readonly args: readonly string[];
}

/** Installs the JDK for building apps. */
export async function installJdk({ unpack, run, java }: Installation, dir: string): Promise<void> {
  await unpack(java, dir, isJdk);
  await checkStart(run, java, dir);
}

/** Installs the runtime of apps: the files of the release, or a runtime linked from its modules. */
export async function installRuntime(
  { isLinked, log, ...parts }: Linking & { readonly isLinked: boolean; readonly log: Logger },
  dir: string,
): Promise<void> {
  if (isLinked) {
    log.info(`Linking a runtime with jlink: ${parts.args.join(" ") || "all modules of a JRE"}`);
    return linkRuntime(parts, dir);
  }
  await parts.unpack(parts.java, dir, isRuntime);
  await checkStart(parts.run, parts.java, dir);
}

// Sources, manuals and examples are for people. Other archives of classes are for heaps of more than 32 GB, or for headers of objects as few use them:
// Java starts without them, too.
const unwanted = [
  /^(?:man|demo|sample|docs|src\.zip|lib\/src\.zip|javafx-src\.zip)(?:\/|$)/,
  /^(?:jre\/)?lib\/(?:[^/]+\/)?server\/classes_[^/]*\.jsa$/,
];

/** True if a file of a release belongs to the JDK for building apps. */
export const isJdk = (name: string): boolean => !unwanted.some((pattern) => pattern.test(name));

/**
 * True if a file of a release is needed to run apps. Files that a JRE only needs for compiling and
 * linking are excluded.
 */
export const isRuntime = (name: string): boolean => isJdk(name) && !/^(?:jmods|include)(?:\/|$)/.test(name);

/**
 * Starts Java once, so that dependencies missing in the build image are reported early.
 *
 * @throws UserError JAVA_NOT_STARTING
 */
export async function checkStart(run: RunTool, { name, version }: Release, dir: string): Promise<void> {
  const command = [join(dir, "bin/java"), "-Xshare:auto", "-version"] as const;
  const failure = await startFailure(run, { command, cwd: dir, failsWith: [1] });
  if (failure === undefined) return;
  throw new UserError("JAVA_NOT_STARTING", `${name} ${version} does not start in the build image`, {
    cause: failure.cause,
    hint: "Use base images with glibc and zlib (Debian, Ubuntu, Fedora; not Alpine) for the target's architecture.",
  });
}

/** Modules for developing and examining apps. JREs have all others. */
const developers =
  /^jdk\.(aot|attach|compiler|editpad|hotspot\.agent|internal\.(ed|le|opt)|jartool|javadoc|jcmd|jconsole|jdeps|jdi|jlink|jpackage|jshell|jstatd|rmic|unsupported\.desktop|scripting\.nashorn\.shell)$|^jdk\.incubator\./;

/** Texts of Java's classes are shared (`--compress=1`) rather than compressed: layers are compressed as a whole, which is smaller. */
const usual = ["--strip-debug", "--no-man-pages", "--no-header-files", "--compress=1"];

/**
 * Links a runtime from a JDK's modules. The runtime has no class data sharing archive, because
 * -Xshare:dump is not reproducible. The JDK is unpacked again for linking, because newer JDKs link
 * from their own files and refuse modified files.
 *
 * @throws UserError JAVA_LINK_UNAVAILABLE, JAVA_LINK_FAILED
 */
export async function linkRuntime({ unpack, run, java, args }: Linking, dir: string): Promise<void> {
  if ((featureOf(java.version) ?? 0) < 9) throw unavailable(java);
  const work = await mkdtemp(join(tmpdir(), "jdk-"));
  try {
    const jdk = join(work, "jdk");
    await installJdk({ unpack, run, java }, jdk);
    await link(run, [...(await argumentsOf(args, jdk)), "--output", join(work, "linked")], jdk);
    await run("cp", ["-a", `${join(work, "linked")}/.`, dir], { shownAs: false });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

const argumentsOf = async (args: readonly string[], jdk: string): Promise<readonly string[]> => [
  ...(args.length === 0 ? usual : args),
  ...(args.some((each) => each.startsWith("--add-modules")) ? [] : ["--add-modules", await modulesOf(jdk)]),
];

/** The modules that JREs of this version have. */
async function modulesOf(jdk: string): Promise<string> {
  const [, modules = ""] = /^MODULES="(.*)"$/m.exec(await readFile(join(jdk, "release"), "utf8")) ?? [];
  const wanted = modules.split(" ").filter((name) => name !== "" && !developers.test(name));
  return wanted.length === 0 ? "java.se" : wanted.join(",");
}

async function link(run: RunTool, args: readonly string[], jdk: string): Promise<void> {
  const { exitCode, stdout, stderr } = await run(join(jdk, "bin/jlink"), args, {
    output: "capture-both",
    allowedExitCodes: [0, 1, 2, 3, 4],
  });
  if (exitCode === 0) return;
  throw new UserError("JAVA_LINK_FAILED", "jlink cannot create the Java runtime for the image", {
    cause: `${stdout}${stderr}`.trim().split("\n").slice(0, 10).join("\n"),
    hint: "Correct BP_JVM_JLINK_ARGS, or unset the variable to link all modules of a JRE.",
  });
}

const unavailable = ({ version }: Release): UserError =>
  new UserError("JAVA_LINK_UNAVAILABLE", `BP_JVM_JLINK_ENABLED is set, but Java ${version} has no jlink`, {
    hint: "Unset BP_JVM_JLINK_ENABLED, or request Java 11 or newer.",
  });

/**
 * Splits the value of a setting into arguments for jlink, as a shell does.
 *
 * @throws UserError JAVA_LINK_ARGUMENTS_INVALID
 */
export function argumentsIn(setting: string | undefined): readonly string[] {
  const command = plainCommand(`jlink ${setting ?? ""}`);
  if (command !== undefined) return command.words.slice(1);
  throw new UserError(
    "JAVA_LINK_ARGUMENTS_INVALID",
    "BP_JVM_JLINK_ARGS contains shell syntax, such as a variable or a substitution",
    {
      hint: "Set BP_JVM_JLINK_ARGS to plain arguments, such as --add-modules java.base,java.logging --strip-debug.",
    },
  );
}
