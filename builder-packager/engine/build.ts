import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { fetchCrates, linkedCrates, lockCrates, patchQuickjs, updateCrates } from "./build/crates.ts";
import { licences } from "./build/licences.ts";
import { compileProgram, type Kind, programs } from "./build/program.ts";
import { rust } from "./build/toolchain.ts";
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

/** The files of `prebuilt/`, without the programs, as texts; and the programs by name. */
interface BuildOutput {
  readonly texts: Readonly<Record<string, string>>;
  readonly programs: ReadonlyMap<string, Buffer>;
}

function build(workspace: Workspace): BuildOutput {
  mkdirSync(workspace.target, { recursive: true });
  lockCrates(workspace);
  fetchCrates(workspace);
  const installed = rust(workspace);
  const patched = patchQuickjs(workspace, linkedCrates(workspace, programs.linux));
  const built = (Object.keys(programs) as Kind[]).flatMap((kind) =>
    (["amd64", "arm64"] as const).map(
      (arch) => [`${kind}-${arch}`, compileProgram(workspace, patched, kind, arch)] as const,
    ),
  );
  const checksums = built.map(([name, program]) => [name, { sha256: sha256(program), size: program.length }]);
  const texts = {
    "checksums.json": json(Object.fromEntries(checksums)),
    "licences.json": json(licences(workspace, installed)),
  };
  return { texts, programs: new Map(built) };
}

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;

function write({ texts, programs }: BuildOutput): void {
  mkdirSync(prebuilt, { recursive: true });
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
      `a build gives other contents than ${prebuilt}: ${different.join(", ")}. Run npm run engine, and commit the files.\n${texts["checksums.json"]}`,
    );
}

if (process.argv.includes("--update-crates")) updateCrates(ownWorkspace());
if (process.argv.includes("--check")) compare(inFreshWorkspace(build));
else write(build(ownWorkspace()));
process.stdout.write(readFileSync(join(prebuilt, "checksums.json")));
