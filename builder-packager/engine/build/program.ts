import { readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { patchesDigest, withFeatures } from "./crates.ts";
import { run } from "./run.ts";
import { type Architecture, cTools, tripleOf } from "./toolchain.ts";
import type { Workspace } from "./workspace.ts";

/** The features of cargo for each program: one for the phases of buildpacks, one for exec.d programs. */
export const programs = { linux: "build", "launch-linux": "" } as const;
export type Kind = keyof typeof programs;

/** Compiles a program. It contains no path of this machine, so that each build gives the same bytes. */
export function compileProgram(workspace: Workspace, patched: string, kind: Kind, arch: Architecture): Buffer {
  const { source, target } = workspace;
  const triple = tripleOf(arch);
  const variable = triple.replaceAll("-", "_");
  const maps = renamedPaths(workspace);
  const { compiler, archiver } = cTools(workspace, arch, patched);
  const env = {
    CARGO_TARGET_DIR: target,
    CARGO_ENCODED_RUSTFLAGS: [
      "-Cforce-unwind-tables=no",
      ...smaller(workspace).map((option) => `-Clink-arg=${option}`),
      ...maps.map(([from, to]) => `--remap-path-prefix=${from}=${to}`),
    ].join("\u001f"),
    [`CARGO_TARGET_${variable.toUpperCase()}_LINKER`]: "rust-lld",
    [`CC_${variable}`]: compiler,
    [`AR_${variable}`]: archiver,
    CFLAGS: [
      "-fno-unwind-tables",
      "-fno-asynchronous-unwind-tables",
      ...maps.map(([from, to]) => `-ffile-prefix-map=${from}=${to}`),
      // cargo compiles the patched files again if this changes
      `-DQUICKJS_PATCH=${patchesDigest(source).slice(0, 8)}`,
    ].join(" "),
  };
  const args = ["build", "--release", "--locked", "--quiet", "--target", triple, ...withFeatures(programs[kind])];
  run("cargo", args, { cwd: source, env });
  return readFileSync(join(target, triple, "release", "cnb-engine"));
}

/**
 * Returns the directories of sources, whose names depend on the machine and the registry, and their
 * names in the programs.
 */
function renamedPaths({ source, target }: Workspace): readonly (readonly [from: string, to: string])[] {
  const sources = join(process.env.CARGO_HOME ?? join(homedir(), ".cargo"), "registry", "src");
  const registries = readdirSync(sources).map((name) => [join(sources, name), "crates"] as const);
  return [...registries, [target, "target"], [source, "engine"]];
}

/**
 * Returns options of the linker: no tables for unwinding, which nothing does (src/unwind.rs), one
 * copy of equal functions, and relocations as a bitmap.
 */
const smaller = ({ source }: Workspace): readonly string[] => [
  `-T${join(source, "discard.ld")}`,
  "--icf=all",
  "-zpack-relative-relocs",
];
