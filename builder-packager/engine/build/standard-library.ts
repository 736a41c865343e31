import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Rust, tripleOf } from "./toolchain.ts";

/** Something that is linked into the programs, with the texts of its licences. */
export interface LinkedPart {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly purl: string;
  /** The name under which vulnerabilities are published, if it is not that of a crate. */
  readonly cpe?: string;
  readonly texts: readonly string[];
}

/**
 * The crates of Rust's standard library that leave code in the programs. The linker's map (option
 * `-Map`) names them; the others, such as those that read debug information, are dropped.
 */
const crates = ["hashbrown", "libc"];

/** Returns the parts of the programs that come with Rust: its standard library, that library's crates, and musl. */
export function standardLibrary(rust: Rust, muslTexts: readonly string[]): readonly LinkedPart[] {
  const documents = join(rust.dir, "share", "doc", "rust");
  const copyright = readFileSync(join(documents, "COPYRIGHT-library.html"), "utf8");
  return [
    library(rust, copyright, join(documents, "licenses")),
    ...crates.map((name) => crate(name, copyright)),
    musl(rust, muslTexts),
  ];
}

/** The crates `core`, `alloc`, `std` and `compiler_builtins`, which have no versions of their own. */
function library({ version }: Rust, copyright: string, licenses: string): LinkedPart {
  const [, own = ""] = /<h2 id="short-version">([\s\S]*?)<h2 id="out-of-tree-dependencies">/.exec(copyright) ?? [];
  const names = ["Apache-2.0", "LLVM-exception", "MIT", "Unicode-3.0"];
  return {
    name: "rust-std",
    version,
    license: "(MIT OR Apache-2.0) AND Apache-2.0 WITH LLVM-exception AND Unicode-3.0",
    purl: `pkg:generic/rust-std@${version}`,
    cpe: `cpe:2.3:a:rust-lang:rust:${version}:*:*:*:*:*:*:*`,
    texts: [plain(own), ...names.map((name) => readFileSync(join(licenses, `${name}.txt`), "utf8").trim())],
  };
}

function crate(name: string, copyright: string): LinkedPart {
  const section = copyright.split("<h3>").find((part) => new RegExp(`^\\S+ ${name}-\\d`).test(part)) ?? "";
  const [, version = ""] = new RegExp(`${name}-(\\S+)</h3>`).exec(section) ?? [];
  const [, license = ""] = /<b>License:<\/b> (.+)<\/p>/.exec(section) ?? [];
  if (version === "" || license === "") throw new Error(`Rust's list of licences has no entry for the crate ${name}`);
  const texts = [...section.matchAll(/<pre>([\s\S]*?)<\/pre>/g)].map(([, text = ""]) => plain(text));
  return { name, version, license, purl: `pkg:cargo/${name}@${version}`, texts };
}

/** Rust's libc.a is musl, without its licence. */
function musl({ dir }: Rust, texts: readonly string[]): LinkedPart {
  const library = join(dir, "lib/rustlib", tripleOf("amd64"), "lib/self-contained/libc.a");
  const [, version = ""] = /\0(1\.\d+\.\d+)\0/.exec(readFileSync(library, "latin1")) ?? [];
  if (version === "") throw new Error(`${library} does not contain the version of musl`);
  const cpe = `cpe:2.3:a:musl-libc:musl:${version}:*:*:*:*:*:*:*`;
  return { name: "musl", version, license: "MIT", purl: `pkg:generic/musl@${version}`, cpe, texts };
}

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"' };

/** The text of HTML without elements, and without empty lines in a row. */
const plain = (html: string): string =>
  html
    .replaceAll(/<[^>]*>/g, "")
    .replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll(/&(\w+);/g, (all, name: string) => entities[name] ?? all)
    .replaceAll(/[ \t]+$/gm, "")
    .replaceAll(/\n{3,}/g, "\n\n")
    .trim();
