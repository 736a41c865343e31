import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { fetchCrates, linkedCrates, lockCrates, patchSources, updateCrates } from "./build/crates.ts";
import { licences } from "./build/licences.ts";
import { compileProgram, type Kind, programs } from "./build/program.ts";
import { type Architecture, rust } from "./build/toolchain.ts";
import { engineDir, inFreshWorkspace, ownWorkspace, type Workspace } from "./build/workspace.ts";

/**
 * `npm run engine` builds the small engine for both architectures, for the phases of buildpacks and for exec.d programs, and writes
 * `prebuilt/`. It needs Rust (rustup installs the version of rust-toolchain.toml), git, and Python 3, which installs zig: its C
 * compiler brings musl's headers for both architectures.
 *
 * `npm run engine -- --check` builds in a copy of the sources, and compares the programs and the licences with `prebuilt/`.
 * `npm run engine -- --update-crates` replaces `crates.lock` by the newest versions that Cargo.toml allows, and builds.
 */
const prebuilt = join(engineDir, "prebuilt");

/** The files of `prebuilt/`, by their path there: texts, and programs before they are compressed. */
interface BuildOutput {
  readonly texts: Readonly<Record<string, string>>;
  readonly programs: ReadonlyMap<string, Buffer>;
}

function build(workspace: Workspace): BuildOutput {
  mkdirSync(workspace.target, { recursive: true });
  lockCrates(workspace);
  fetchCrates(workspace);
  const installed = rust(workspace);
  const patched = patchSources(workspace, linkedCrates(workspace, programs.linux));
  const linked = json(licences(workspace, installed));
  const packages = Object.entries(packageOf).map(([arch, dir]) => {
    const built = (Object.keys(programs) as Kind[]).map(
      (kind) => [`${kind}-${arch}`, compileProgram(workspace, patched, kind, arch as Architecture)] as const,
    );
    const checksums = built.map(([name, program]) => [name, { sha256: sha256(program), size: program.length }]);
    const texts = { "checksums.json": json(Object.fromEntries(checksums)), "licences.json": linked };
    return { dir, texts, built };
  });
  return {
    texts: Object.fromEntries(
      packages.flatMap(({ dir, texts }) => Object.entries(texts).map(([name, text]) => [`${dir}/${name}`, text])),
    ),
    programs: new Map(
      packages.flatMap(({ dir, built }) => built.map(([name, program]) => [`${dir}/${name}`, program])),
    ),
  };
}

/** The directories of the npm packages in `prebuilt/`, which are named like Node.js names architectures. */
const packageOf: Readonly<Record<Architecture, string>> = { amd64: "linux-x64", arm64: "linux-arm64" };

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;

function write({ texts, programs }: BuildOutput): void {
  for (const dir of Object.values(packageOf)) mkdirSync(join(prebuilt, dir), { recursive: true });
  for (const [name, program] of programs) writeFileSync(join(prebuilt, `${name}.gz`), gzipSync(program, { level: 9 }));
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(prebuilt, name), text);
}

/** Throws an error that names the files of `prebuilt/` that a build would change. */
function compare({ texts, programs }: BuildOutput): void {
  const isSame = (name: string, expected: Uint8Array, unpack = (file: Buffer) => file): boolean =>
    unpack(readFileSync(join(prebuilt, name))).equals(expected);
  const different = [
    ...Object.entries(texts).flatMap(([name, text]) => (isSame(name, Buffer.from(text)) ? [] : [name])),
    // not the compressed bytes: zlib may compress otherwise on another processor
    ...[...programs].flatMap(([name, program]) => (isSame(`${name}.gz`, program, gunzipSync) ? [] : [`${name}.gz`])),
  ];
  if (different.length > 0)
    throw new Error(
      `a build gives other contents than ${prebuilt}: ${different.join(", ")}. Run npm run engine and npm run docs, and commit the files.`,
    );
}

if (process.argv.includes("--update-crates")) updateCrates(ownWorkspace());
if (process.argv.includes("--check")) compare(inFreshWorkspace(build));
else write(build(ownWorkspace()));
for (const dir of Object.values(packageOf)) process.stdout.write(readFileSync(join(prebuilt, dir, "checksums.json")));
