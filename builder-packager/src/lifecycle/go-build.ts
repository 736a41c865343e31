import { chmod, mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Reporter } from "../reporter.ts";
import { goSboms, parseBuildInfo } from "./go-build-info.ts";
import { type GoOptions, runGo } from "./go-command.ts";
import { commitOf, copyModule, lifecycleModule } from "./go-module.ts";
import { normalizeArchive } from "./normalize-archive.ts";
import type { LifecycleArch } from "./source.ts";

/**
 * The phases that are one program, which determines the phase from its own name. The launcher is a
 * separate program.
 */
const phaseLinks = [
  "analyzer",
  "builder",
  "creator",
  "detector",
  "exporter",
  "extender",
  "rebaser",
  "restorer",
] as const;

const goPrograms = ["lifecycle", "launcher"] as const;

export interface GoBuildOptions {
  readonly arch: LifecycleArch;
  /** An empty directory for the build, which the caller removes afterwards. */
  readonly workDir: string;
  readonly reporter: Reporter;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

/**
 * Builds the lifecycle with the host's Go, with the same settings as its release. The module's own
 * packager packs the result into the archive `file`, in the layout of a release, with the SBOM
 * files that the exporter reads. Equal inputs give equal bytes on every machine.
 */
export async function buildWithGo(version: string, file: string, options: GoBuildOptions): Promise<void> {
  const moduleDir = join(options.workDir, "module");
  const hostGo = goOptions(options, options.workDir);
  const goVersion = (await runGo(["env", "GOVERSION"], hostGo)).trim();
  options.reporter.step(`Building lifecycle ${version} with ${goVersion} (some minutes, once)`);
  await copyModule(version, moduleDir, hostGo);
  const programs = join(options.workDir, "lifecycle");
  await buildPrograms(version, programs, moduleDir, options);
  for (const program of goPrograms) await writeSboms(version, join(programs, program), hostGo);
  const packed = join(options.workDir, "packed.tgz");
  await runGo(packagerCommand(version, programs, packed), goOptions(options, moduleDir));
  await normalizeArchive(packed, file);
}

async function buildPrograms(version: string, dir: string, moduleDir: string, options: GoBuildOptions): Promise<void> {
  const go = goOptions(options, moduleDir);
  const env = { ...go.env, GOOS: "linux", GOARCH: options.arch };
  await mkdir(dir);
  await chmod(dir, 0o755); // whatever the umask is
  const flags = ["-trimpath", "-buildvcs=false", "-ldflags", linkerFlags(version)];
  await runGo(["build", ...flags, "-o", `${dir}/`, "./cmd/lifecycle", "./cmd/launcher"], { ...go, env });
  for (const program of goPrograms) await chmod(join(dir, program), 0o755);
  for (const phase of phaseLinks) await symlink("lifecycle", join(dir, phase));
}

/** Writes the SBOMs of a program next to it, such as `launcher.sbom.cdx.json`. */
async function writeSboms(version: string, program: string, go: GoOptions): Promise<void> {
  const info = parseBuildInfo(await runGo(["version", "-m", program], go));
  for (const [extension, text] of Object.entries(await goSboms(info, version)))
    await writeFile(`${program}.sbom.${extension}`, text);
}

/** The linker flags, as in the lifecycle's Makefile. */
function linkerFlags(version: string): string {
  const variables = { SCMRepository: lifecycleModule, SCMCommit: commitOf(version), Version: version };
  const settings = Object.entries(variables).map(([name, value]) => `-X '${lifecycleModule}/cmd.${name}=${value}'`);
  return ["-s", "-w", ...settings].join(" ");
}

const packagerCommand = (version: string, inputDir: string, archivePath: string): readonly string[] => [
  "run",
  "-trimpath",
  "-buildvcs=false",
  "./tools/packager",
  "-descriptorPath",
  "lifecycle.toml",
  "-inputDir",
  inputDir,
  "-archivePath",
  archivePath,
  "-version",
  version,
];

function goOptions({ env, workDir, reporter, signal }: GoBuildOptions, cwd: string): GoOptions {
  const { GOOS: _os, GOARCH: _arch, GOBIN: _bin, ...host } = env;
  // Without a home Go has no idea where to keep things, and refuses to start.
  const locations = env["HOME"]
    ? {}
    : { GOPATH: join(workDir, "gopath"), GOCACHE: join(workDir, "gocache"), GOFLAGS: "-modcacherw" };
  return {
    cwd,
    env: { ...locations, ...host, CGO_ENABLED: "0", GO111MODULE: "on", GOWORK: "off" },
    signal,
    // a hundred modules, one line each
    onLine: (line) => (line.startsWith("go: downloading ") ? reporter.debug(line) : reporter.output(line)),
  };
}
