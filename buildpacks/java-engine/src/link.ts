import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Unpack } from "@libcnb/app-kit/release/unpacking";
import { featureOf } from "@libcnb/java-app/java-version";
import { type Release, type RunTool, UserError } from "libcnb";
import { checkStart } from "./check-start.ts";
import { isJdk } from "./contents.ts";

/** The inputs of a linked runtime. */
export interface Linking {
  readonly unpack: Unpack;
  readonly run: RunTool;
  readonly java: Release;
  /**
   * The arguments of jlink. If empty, the runtime gets all modules except developer tools, without
   * debug information.
   */
  readonly args: readonly string[];
}

/** Modules for developing and examining apps. JREs have all others. */
const developers =
  /^jdk\.(aot|attach|compiler|editpad|hotspot\.agent|internal\.(ed|le|opt)|jartool|javadoc|jcmd|jconsole|jdeps|jdi|jlink|jpackage|jshell|jstatd|rmic|unsupported\.desktop|scripting\.nashorn\.shell)$|^jdk\.incubator\./;

/** Texts of Java's classes are shared (`--compress=1`) rather than compressed: layers are compressed as a whole, which is smaller. */
const usual = ["--strip-debug", "--no-man-pages", "--no-header-files", "--compress=1"];

/**
 * Links a runtime from a JDK's modules. The runtime has no class data sharing archive, because
 * -Xshare:dump is not reproducible. The JDK is unpacked again for linking, because newer JDKs link
 * from their own files and refuse modified ones.
 *
 * @throws UserError JAVA_LINK_UNAVAILABLE, JAVA_LINK_FAILED
 */
export async function linkRuntime({ unpack, run, java, args }: Linking, dir: string): Promise<void> {
  if ((featureOf(java.version) ?? 0) < 9) throw unavailable(java);
  const work = await mkdtemp(join(tmpdir(), "jdk-"));
  try {
    const jdk = join(work, "jdk");
    await unpack(java, jdk, isJdk);
    await checkStart(run, java, jdk);
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
  throw new UserError("JAVA_LINK_FAILED", "jlink cannot link the runtime", {
    cause: `${stdout}${stderr}`.trim().split("\n").slice(0, 10).join("\n"),
    hint: "Correct BP_JVM_JLINK_ARGS, or unset it to link all modules of a JRE.",
  });
}

const unavailable = ({ version }: Release): UserError =>
  new UserError("JAVA_LINK_UNAVAILABLE", `Java ${version} has no jlink`, {
    hint: "Unset BP_JVM_JLINK_ENABLED, or request Java 11 or newer.",
  });
