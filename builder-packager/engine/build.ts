import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";

/**
 * `npm run engine` builds the small engine for both architectures, for the phases of buildpacks and for helpers at launch, and
 * writes `prebuilt/`. It needs Rust (rustup installs the
 * version of rust-toolchain.toml), git, and Python 3, which installs zig: its C compiler brings musl's headers for both
 * architectures. The programs have no path of this machine, so that a second build gives the same bytes.
 * `npm run engine -- --check` compares instead of writing.
 */
const dir = import.meta.dirname;
const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "libcnb-engine");
const target = join(cache, "target");
const quickjsPatch = join(dir, "quickjs.patch");
/** The version on PyPI. Another one gives other bytes. */
const zigVersion = "0.14.1";
const architectures = { amd64: "x86_64", arm64: "aarch64" } as const;
/** The features of cargo for each program: one for the phases of buildpacks, one for helpers that run at launch. */
const programs = { linux: "build", "launch-linux": "" } as const;

interface Surroundings {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

function run(command: string, args: readonly string[], { env = {}, cwd = dir }: Surroundings = {}): string {
  const { status, stdout, error } = spawnSync(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"],
    encoding: "utf8",
  });
  if (error)
    throw new Error(`cannot start ${command}: ${error.message}. Install Rust (https://rustup.rs), Python 3 and git.`);
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${status}`);
  return stdout;
}

/**
 * Writes Cargo.lock from `crates.lock`, which is the same without the lines that name the registry: crates come from the one that
 * this machine's cargo uses, and their checksums stay pinned. `npm run engine -- --update-crates` renews `crates.lock`.
 */
function lockCrates(): void {
  const [lock, pinned] = [join(dir, "Cargo.lock"), join(dir, "crates.lock")];
  const withoutSources = (text: string): string => text.replace(/^source = .*\n/gm, "");
  if (process.argv.includes("--update-crates")) {
    run("cargo", ["update", "--quiet"]);
    writeFileSync(pinned, withoutSources(readFileSync(lock, "utf8")));
  }
  const wanted = readFileSync(pinned, "utf8");
  if (existsSync(lock) && withoutSources(readFileSync(lock, "utf8")) === wanted) return;
  run("cargo", ["generate-lockfile", "--quiet"]);
  const [source = ""] = /^source = .*\n/m.exec(readFileSync(lock, "utf8")) ?? [];
  writeFileSync(lock, wanted.replace(/^checksum/gm, `${source}checksum`));
}

/**
 * Applies `quickjs.patch` to quickjs, whose checksum cargo has compared, and returns the directory of the result. The crate
 * itself remains unchanged: the compiler reads the patched file in place of its file.
 */
function patchQuickjs(): string {
  const original = cratesIn(programs.linux).find(({ name }) => name === "rquickjs-sys");
  if (original === undefined) throw new Error("the crates do not include rquickjs-sys");
  const patched = join(target, "quickjs");
  mkdirSync(patched, { recursive: true });
  copyFileSync(join(dirname(original.manifest_path), "quickjs", "quickjs.c"), join(patched, "quickjs.c"));
  // in a repository, git would look for the file from its root
  run("git", ["apply", "-p2", quickjsPatch], { cwd: patched, env: { GIT_CEILING_DIRECTORIES: target } });
  return patched;
}

/** zig's Python, from PyPI. */
function zigPython(): string {
  const python = join(cache, "zig", "bin", "python");
  if (!existsSync(python)) run("python3", ["-m", "venv", join(cache, "zig")]);
  run(python, ["-m", "pip", "install", "--quiet", `ziglang==${zigVersion}`]);
  return python;
}

/**
 * A C compiler for an architecture, which compiles the patched quickjs.c. Rust's name of the target is not zig's, and its checks
 * for undefined behaviour need a library.
 */
function compiler({ python, patched }: Tools, arch: string): string {
  const file = join(cache, `cc-${arch}`);
  const lines = [
    "#!/bin/sh",
    'for arg; do shift; case "$arg" in --target=*|-m64) ;;',
    `*/quickjs.c) set -- "$@" -iquote "\${arg%/*}" "${patched}/quickjs.c" ;;`,
    '*) set -- "$@" "$arg" ;; esac; done',
    `exec "${python}" -m ziglang cc -target ${arch}-linux-musl -fno-sanitize=undefined "$@"`,
  ];
  writeFileSync(file, `${lines.join("\n")}\n`);
  chmodSync(file, 0o755);
  return file;
}

interface Tools {
  /** zig's Python. */
  readonly python: string;
  /** The directory with the patched quickjs.c. */
  readonly patched: string;
}

function archiver({ python }: Tools): string {
  const file = join(cache, "ar");
  writeFileSync(file, `#!/bin/sh\nexec "${python}" -m ziglang ar "$@"\n`);
  chmodSync(file, 0o755);
  return file;
}

/** The directories of sources, whose names depend on the machine and the registry, and what they are called in the programs. */
function prefixes(): readonly (readonly [string, string])[] {
  const sources = join(process.env.CARGO_HOME ?? join(homedir(), ".cargo"), "registry", "src");
  const registries = readdirSync(sources).map((name) => [join(sources, name), "crates"] as const);
  return [...registries, [target, "target"], [dir, "engine"]];
}

/**
 * Options of the linker: no tables for unwinding, which nothing does (src/unwind.rs), one copy of equal functions, and relocations as a
 * bitmap.
 */
const smaller = [`-T${join(dir, "discard.ld")}`, "--icf=all", "-zpack-relative-relocs"];

const withFeatures = (features: string): readonly string[] => ["--no-default-features", "--features", features];

function build(tools: Tools, name: keyof typeof architectures, features: string): Buffer {
  const arch = architectures[name];
  const triple = `${arch}-unknown-linux-musl`;
  const variable = triple.replaceAll("-", "_");
  const maps = prefixes();
  const env = {
    CARGO_TARGET_DIR: target,
    CARGO_ENCODED_RUSTFLAGS: [
      "-Cforce-unwind-tables=no",
      ...smaller.map((option) => `-Clink-arg=${option}`),
      ...maps.map(([from, to]) => `--remap-path-prefix=${from}=${to}`),
    ].join("\u001f"),
    [`CARGO_TARGET_${variable.toUpperCase()}_LINKER`]: "rust-lld",
    [`CC_${variable}`]: compiler(tools, arch),
    [`AR_${variable}`]: archiver(tools),
    CFLAGS: [
      "-fno-unwind-tables",
      "-fno-asynchronous-unwind-tables",
      ...maps.map(([from, to]) => `-ffile-prefix-map=${from}=${to}`),
      // cargo compiles quickjs again if this changes
      `-DQUICKJS_PATCH=${createHash("sha256").update(readFileSync(quickjsPatch)).digest("hex").slice(0, 8)}`,
    ].join(" "),
  };
  run("cargo", ["build", "--release", "--locked", "--quiet", "--target", triple, ...withFeatures(features)], { env });
  return readFileSync(join(target, triple, "release", "cnb-engine"));
}

interface Crate {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly license: string | null;
  readonly manifest_path: string;
}

/** The crates in the programs with the texts of their licences, and what else is linked into them. */
function licences(): readonly object[] {
  const atLaunch = new Set(cratesIn(programs["launch-linux"]).map(({ id }) => id));
  return cratesIn(programs.linux)
    .map(({ id, name, version, license, manifest_path }) => {
      const texts = [dirname(manifest_path), join(dirname(manifest_path), "quickjs")].flatMap(textsIn);
      return { name, version, license: license ?? undefined, isInLaunch: atLaunch.has(id), texts };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function cratesIn(features: string): readonly Crate[] {
  const target = ["--filter-platform", "x86_64-unknown-linux-musl"];
  const args = ["metadata", "--locked", "--format-version", "1", ...target, ...withFeatures(features)];
  const { packages, resolve } = JSON.parse(run("cargo", args)) as {
    readonly packages: readonly Crate[];
    readonly resolve: { readonly nodes: readonly Node[] };
  };
  interface Node {
    readonly id: string;
    readonly deps: readonly { readonly pkg: string; readonly dep_kinds: readonly { readonly kind: string | null }[] }[];
  }
  const nodes = new Map(resolve.nodes.map((node) => [node.id, node]));
  const [root] = packages.filter(({ name }) => name === "cnb-engine");
  const linked = new Set([root?.id ?? ""]);
  // crates that only build others are not in the programs
  for (const id of linked)
    for (const { pkg, dep_kinds } of nodes.get(id)?.deps ?? [])
      if (dep_kinds.some(({ kind }) => kind === null)) linked.add(pkg);
  return packages.filter(({ id, name }) => linked.has(id) && name !== "cnb-engine");
}

function textsIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((name) => /^(licen[cs]e|copying|notice|copyright)/i.test(name));
  return files.sort().flatMap((name) => {
    const file = join(folder, name);
    return statSync(file).isFile() ? [readFileSync(file, "utf8").trim()] : [];
  });
}

lockCrates();
run("cargo", ["fetch", "--locked", "--quiet"]);
mkdirSync(cache, { recursive: true });
const tools = { python: zigPython(), patched: patchQuickjs() };
const prebuilt = join(dir, "prebuilt");
const built = Object.entries(programs).flatMap(([kind, features]) =>
  (["amd64", "arm64"] as const).map((name) => [`${kind}-${name}`, build(tools, name, features)] as const),
);
const checksums = built.map(([name, program]) => {
  const sha256 = createHash("sha256").update(program).digest("hex");
  return [name, { sha256, size: program.length }];
});
const text = `${JSON.stringify(Object.fromEntries(checksums), undefined, 2)}\n`;
const file = join(prebuilt, "checksums.json");
if (!process.argv.includes("--check")) {
  mkdirSync(prebuilt, { recursive: true });
  for (const [name, program] of built) writeFileSync(join(prebuilt, `${name}.gz`), gzipSync(program, { level: 9 }));
  writeFileSync(join(prebuilt, "licences.json"), `${JSON.stringify(licences(), undefined, 2)}\n`);
  writeFileSync(file, text);
} else if (readFileSync(file, "utf8") !== text)
  throw new Error(`the engine that was built is not that of ${file}:\n${text}`);
process.stdout.write(text);
