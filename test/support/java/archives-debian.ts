import { cp, mkdir, readdir, readlink, rm } from "node:fs/promises";
import { join } from "node:path";
import { readAptSources } from "../../../builder-packager/src/base/archive/apt-sources.ts";
import { readPackageIndexes, readSuite } from "../../../builder-packager/src/base/archive/archive.ts";
import { type ArchiveSource, chooseSources } from "../../../builder-packager/src/base/archive/archive-source.ts";
import { fetchFile } from "../../../builder-packager/src/base/archive/fetch.ts";
import { packageUniverse } from "../../../builder-packager/src/base/archive/package-index.ts";
import { cacheDir } from "../../../builder-packager/src/cache-dirs.ts";
import { recordingReporter } from "../../../builder-packager/src/reporter.ts";
import { execute } from "../cnb.ts";

/** A JDK of Debian: that of a release as it was published last, without later corrections. Two of its packages make one JDK. */
export interface DebianJdk {
  readonly suite: string;
  /** `17.0.19+10` */
  readonly version: string;
  readonly arch: "amd64" | "arm64";
}

const lineOf = ({ version }: DebianJdk): string => version.split(".", 1)[0] ?? version;

/** Makes a directory with a JDK of Debian as those who are no distribution of Linux lay theirs out: all of it in one place. */
export async function makeDebianJdk(jdk: DebianJdk, to: string): Promise<void> {
  const name = `openjdk-${lineOf(jdk)}`;
  const tree = `${to}.packages`;
  for (const deb of await debsOf(jdk, [`${name}-jre-headless`, `${name}-jdk-headless`], tree))
    await succeeds("dpkg-deb", ["--extract", deb, tree]);
  await cp(join(tree, "usr/lib/jvm", `java-${lineOf(jdk)}-openjdk-${jdk.arch}`), to, {
    recursive: true,
    verbatimSymlinks: true,
  });
  await resolveLinks(to, tree);
  await rm(tree, { recursive: true });
}

/** Debian keeps settings in /etc. What is in other packages (sources, documentation) is left out. */
async function resolveLinks(dir: string, tree: string): Promise<void> {
  for (const entry of await readdir(dir, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink()) continue;
    const path = join(entry.parentPath, entry.name);
    const target = await readlink(path);
    const isOutside = target.startsWith("/") || target.includes("/share/") || target.includes("openjdk-");
    if (!isOutside) continue;
    await rm(path);
    await cp(join(tree, target), path, { recursive: true }).catch(() => {});
  }
}

async function debsOf(jdk: DebianJdk, names: readonly string[], dir: string): Promise<readonly string[]> {
  const universe = await packagesOf(jdk);
  await mkdir(dir, { recursive: true });
  return Promise.all(
    names.map(async (name) => {
      const item = universe.candidate(name);
      if (!item?.version.startsWith(`${jdk.version}-`))
        throw new Error(`${jdk.suite} has ${name} ${item?.version}, and tests are written for ${jdk.version}`);
      const to = join(dir, `${name}.deb`);
      await fetchFile({ url: item.urls[0] ?? "", to, sha256: item.sha256 }, { env: process.env });
      return to;
    }),
  );
}

/** The suite alone: `-updates` and `-security` change from day to day. Signatures are checked as for base images. */
async function packagesOf({ suite, arch: architecture }: DebianJdk) {
  const apt = await readAptSources("/etc/apt");
  const query = { suite, components: ["main"], architecture, mirrors: [] };
  const source = chooseSources(query, process.env, apt).find((each: ArchiveSource) => each.suite === suite);
  if (source === undefined) throw new Error(`no mirror has ${suite}`);
  const context = {
    env: process.env,
    reporter: recordingReporter(),
    hostDir: "/",
    architecture,
    now: Date.now(),
    allowExpired: false,
    allowUnsigned: false,
    cacheDir: cacheDir(process.env, "test-java-archives", "debian"),
  };
  return packageUniverse(await readPackageIndexes(await readSuite(source, context), context));
}

/** Runs a program that has to succeed. */
export async function succeeds(command: string, args: readonly string[]): Promise<void> {
  const { exitCode, stdout, stderr } = await execute(command, args);
  if (exitCode !== 0) throw new Error(`${command} ${args.join(" ")} exited ${exitCode}\n${stdout}${stderr}`);
}
