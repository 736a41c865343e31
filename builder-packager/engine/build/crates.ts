import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { run } from "./run.ts";
import type { Workspace } from "./workspace.ts";

/** A package in cargo's registry. */
export interface Crate {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly license: string | null;
  readonly repository: string | null;
  readonly manifest_path: string;
}

const withoutSources = (text: string): string => text.replace(/^source = .*\n/gm, "");

/**
 * Writes Cargo.lock from `crates.lock`, which is the same without the lines that name the registry.
 * Crates come from the registry that this machine's cargo uses, and their checksums stay pinned.
 */
export function lockCrates({ source }: Workspace): void {
  const lock = join(source, "Cargo.lock");
  const wanted = readFileSync(join(source, "crates.lock"), "utf8");
  if (existsSync(lock) && withoutSources(readFileSync(lock, "utf8")) === wanted) return;
  run("cargo", ["generate-lockfile", "--quiet"], { cwd: source });
  const [registry = ""] = /^source = .*\n/m.exec(readFileSync(lock, "utf8")) ?? [];
  writeFileSync(lock, wanted.replace(/^checksum/gm, `${registry}checksum`));
}

/** Replaces `crates.lock` by the newest versions that Cargo.toml allows. */
export function updateCrates({ source }: Workspace): void {
  run("cargo", ["update", "--quiet"], { cwd: source });
  writeFileSync(join(source, "crates.lock"), withoutSources(readFileSync(join(source, "Cargo.lock"), "utf8")));
}

export const fetchCrates = ({ source }: Workspace): string =>
  run("cargo", ["fetch", "--locked", "--quiet"], { cwd: source });

export const withFeatures = (features: string): readonly string[] => ["--no-default-features", "--features", features];

/** Returns the crates that are linked into a program with these features, without the engine itself. */
export function linkedCrates({ source }: Workspace, features: string): readonly Crate[] {
  const platform = ["--filter-platform", "x86_64-unknown-linux-musl"];
  const args = ["metadata", "--locked", "--format-version", "1", ...platform, ...withFeatures(features)];
  const { packages, resolve }: Metadata = JSON.parse(run("cargo", args, { cwd: source }));
  const nodes = new Map(resolve.nodes.map((node) => [node.id, node]));
  const [engine] = packages.filter(({ name }) => name === "cnb-engine");
  const linked = new Set([engine?.id ?? ""]);
  // crates that only build others, and macros, are not in the programs
  for (const id of linked)
    for (const { pkg, dep_kinds } of nodes.get(id)?.deps ?? [])
      if (dep_kinds.some(({ kind }) => kind === null)) linked.add(pkg);
  return packages.filter(({ id, name }) => linked.has(id) && name !== "cnb-engine");
}

interface Metadata {
  readonly packages: readonly Crate[];
  readonly resolve: { readonly nodes: readonly Node[] };
}

interface Node {
  readonly id: string;
  readonly deps: readonly { readonly pkg: string; readonly dep_kinds: readonly { readonly kind: string | null }[] }[];
}

/** Returns the directory of quickjs in the crates. */
export const quickjsDir = (crates: readonly Crate[]): string => join(crateDir(crates, "rquickjs-sys"), "quickjs");

/** Returns the directory of zlib in the crates. */
export const zlibDir = (crates: readonly Crate[]): string => join(crateDir(crates, "libz-sys"), "src/zlib");

function crateDir(crates: readonly Crate[], name: string): string {
  const crate = crates.find((each) => each.name === name);
  if (crate === undefined) throw new Error(`the crates do not include ${name}`);
  return dirname(crate.manifest_path);
}

/** The directories with patches, and the file of C that each of them changes. */
const patchedFiles = { quickjs: "quickjs.c", zlib: "deflate.c" } as const;

/**
 * Applies the patches in `quickjs/` and `zlib/` to files of C, whose checksums cargo has compared,
 * and returns the directory of the results. The crates themselves remain unchanged: the compiler
 * reads the patched files in place of theirs.
 */
export function patchSources({ source, target }: Workspace, crates: readonly Crate[]): string {
  const patched = join(target, "patched");
  const dirs = { quickjs: quickjsDir(crates), zlib: zlibDir(crates) };
  mkdirSync(patched, { recursive: true });
  for (const topic of topics) {
    copyFileSync(join(dirs[topic], patchedFiles[topic]), join(patched, patchedFiles[topic]));
    // in a repository, git would look for the file from its root
    const env = { GIT_CEILING_DIRECTORIES: target };
    run("git", ["apply", "-p2", ...patchesIn(source, topic)], { cwd: patched, env });
  }
  return patched;
}

/** Returns the digest of the patches. */
export function patchesDigest(source: string): string {
  const digest = createHash("sha256");
  for (const topic of topics) for (const file of patchesIn(source, topic)) digest.update(readFileSync(file));
  return digest.digest("hex");
}

type Topic = keyof typeof patchedFiles;
const topics = Object.keys(patchedFiles) as Topic[];

function patchesIn(source: string, topic: Topic): readonly string[] {
  const dir = join(source, topic);
  return readdirSync(dir)
    .toSorted()
    .map((name) => join(dir, name));
}
