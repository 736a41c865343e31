import { chmodSync, existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "./run.ts";
import type { Workspace } from "./workspace.ts";

/** The architectures by Rust's names. */
export const architectures = { amd64: "x86_64", arm64: "aarch64" } as const;
export type Architecture = keyof typeof architectures;

export const tripleOf = (arch: Architecture): string => `${architectures[arch]}-unknown-linux-musl`;

/** The version on PyPI. Another one gives other bytes. */
const zigVersion = "0.14.1";

/** The C compiler and the archiver for an architecture. */
export interface CTools {
  readonly compiler: string;
  readonly archiver: string;
}

export interface Rust {
  /** The directory with the standard libraries. */
  readonly dir: string;
  readonly version: string;
}

/** Installs what Rust lacks to compile for both architectures. */
export function rust({ source }: Workspace): Rust {
  // rustup installs a missing toolchain with its targets, but adds no targets to an existing one
  for (const triple of [tripleOf("amd64"), tripleOf("arm64")]) {
    const libraries = run("rustc", ["--print", "target-libdir", "--target", triple], { cwd: source }).trim();
    if (!existsSync(libraries)) run("rustup", ["target", "add", triple], { cwd: source });
  }
  const [, version = ""] = /^rustc (\S+)/.exec(run("rustc", ["--version"], { cwd: source })) ?? [];
  return { dir: run("rustc", ["--print", "sysroot"], { cwd: source }).trim(), version };
}

/** Installs zig from PyPI, unless it is installed, and returns its Python. */
function zigPython({ tools }: Workspace): string {
  const python = join(tools, `zig-${zigVersion}`, "bin", "python");
  if (existsSync(python)) return python;
  run("python3", ["-m", "venv", join(tools, `zig-${zigVersion}`)], { cwd: tools });
  run(python, ["-m", "pip", "install", "--quiet", `ziglang==${zigVersion}`], { cwd: tools });
  return python;
}

/** Returns the directory of zig. */
export const zigDir = (workspace: Workspace): string =>
  run(zigPython(workspace), ["-c", "import os, ziglang; print(os.path.dirname(ziglang.__file__))"], {
    cwd: workspace.tools,
  }).trim();

/**
 * Writes the C compiler for an architecture, which compiles the patched files. Rust's name of the
 * target is not zig's, and its checks for undefined behaviour need a library. zlib is compiled
 * without gzip, whose header and checksum the engine writes itself.
 */
export function cTools(workspace: Workspace, arch: Architecture, patched: string): CTools {
  const python = zigPython(workspace);
  const name = architectures[arch];
  const compiler = script(join(workspace.target, `cc-${name}`), [
    'for arg; do shift; case "$arg" in --target=*|-m64) ;;',
    `*/quickjs.c) set -- "$@" -iquote "\${arg%/*}" "${patched}/quickjs.c" ;;`,
    `*/zlib/deflate.c) set -- "$@" -DNO_GZIP -iquote "\${arg%/*}" "${patched}/deflate.c" ;;`,
    '*) set -- "$@" "$arg" ;; esac; done',
    `export ZIG_GLOBAL_CACHE_DIR="${workspace.zigCache}" ZIG_LOCAL_CACHE_DIR="${workspace.zigCache}"`,
    `exec "${python}" -m ziglang cc -target ${name}-linux-musl -fno-sanitize=undefined "$@"`,
  ]);
  const archiver = script(join(workspace.target, "ar"), [`exec "${python}" -m ziglang ar "$@"`]);
  return { compiler, archiver };
}

function script(file: string, lines: readonly string[]): string {
  writeFileSync(file, `${["#!/bin/sh", ...lines].join("\n")}\n`);
  chmodSync(file, 0o755);
  return file;
}
