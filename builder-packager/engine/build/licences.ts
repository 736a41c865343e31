import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Crate, linkedCrates, quickjsDir, zlibDir } from "./crates.ts";
import { programs } from "./program.ts";
import { type LinkedPart, standardLibrary } from "./standard-library.ts";
import { type Rust, zigDir } from "./toolchain.ts";
import type { Workspace } from "./workspace.ts";

/**
 * Returns everything that is linked into the programs: the crates, quickjs-ng, zlib, Rust's standard
 * library and musl. Nothing of zig is linked, as Rust's own linker and libraries are used; only
 * musl's licence is read there. GCC's crtbegin.o requires no notice (GCC Runtime Library Exception).
 */
export function licences(workspace: Workspace, rust: Rust): readonly object[] {
  const crates = linkedCrates(workspace, programs.linux);
  const atLaunch = new Set(linkedCrates(workspace, programs["launch-linux"]).map(({ id }) => id));
  const muslTexts = textsIn(join(zigDir(workspace), "lib", "libc", "musl"));
  const inBoth = [quickjs(quickjsDir(crates)), ...standardLibrary(rust, muslTexts)];
  const parts = [
    ...crates.map((crate) => ({ ...cratePart(crate, crates), isInLaunch: atLaunch.has(crate.id) })),
    ...inBoth.map((part) => ({ ...part, isInLaunch: true })),
    { ...zlib(zlibDir(crates)), isInLaunch: false },
  ];
  const [unlicensed] = parts.filter(({ texts }) => texts.length === 0);
  if (unlicensed !== undefined)
    throw new Error(`no licence text was found for ${unlicensed.name} ${unlicensed.version}`);
  const keyOf = ({ name, version }: LinkedPart): string => `${name} ${version}`;
  return parts.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

function cratePart(crate: Crate, crates: readonly Crate[]): LinkedPart {
  const { name, version, license } = crate;
  if (license === null) throw new Error(`the crate ${name} ${version} states no licence`);
  const purl = `pkg:cargo/${name}@${version}`;
  return { name, version, license: license.replaceAll("/", " OR "), purl, texts: crateTexts(crate, crates) };
}

/** Some crates have no text of their own: it is in the repository, and in another crate of it. */
function crateTexts(crate: Crate, crates: readonly Crate[]): readonly string[] {
  const own = ownTexts(crate);
  if (own.length > 0) return own;
  const siblings = crates.filter(({ repository }) => repository !== null && repository === crate.repository);
  return siblings.map(ownTexts).find((texts) => texts.length > 0) ?? [];
}

const ownTexts = ({ manifest_path: manifest }: Crate): readonly string[] => {
  const dir = dirname(manifest);
  const thirdParty = join(dir, "third_party");
  const folders = existsSync(thirdParty) ? readdirSync(thirdParty).sort() : [];
  return [dir, ...folders.map((name) => join(thirdParty, name))].flatMap(textsIn);
};

function quickjs(dir: string): LinkedPart {
  const header = readFileSync(join(dir, "quickjs.h"), "utf8");
  const number = (part: string): string =>
    new RegExp(`^#define QJS_VERSION_${part}\\s+(\\d+)$`, "m").exec(header)?.[1] ?? "?";
  const version = ["MAJOR", "MINOR", "PATCH"].map(number).join(".");
  return {
    name: "quickjs-ng",
    version,
    license: "MIT",
    purl: `pkg:github/quickjs-ng/quickjs@v${version}`,
    cpe: `cpe:2.3:a:quickjs-ng:quickjs:${version}:*:*:*:*:*:*:*`,
    texts: textsIn(dir),
  };
}

function zlib(dir: string): LinkedPart {
  const [, version = "?"] = /^#define ZLIB_VERSION "(.+)"$/m.exec(readFileSync(join(dir, "zlib.h"), "utf8")) ?? [];
  return {
    name: "zlib",
    version,
    license: "Zlib",
    purl: `pkg:github/madler/zlib@v${version}`,
    cpe: `cpe:2.3:a:zlib:zlib:${version}:*:*:*:*:*:*:*`,
    texts: textsIn(dir),
  };
}

function textsIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((name) => /^(licen[cs]e|copying|notice|copyright)/i.test(name));
  return files.sort().flatMap((name) => {
    const file = join(folder, name);
    return statSync(file).isFile() ? [readFileSync(file, "utf8").trim()] : [];
  });
}
