import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { installedPython } from "../../../test/support/python/archives.ts";
import { rareModules, type WhyRare, whyRare } from "./rarely-imported.ts";

test.for<[string, WhyRare]>([
  ["asyncio/windows_events", "for systems other than Linux"],
  ["ctypes/macholib/dyld", "for systems other than Linux"],
  ["_pydecimal", "the interpreter contains the same module in C"],
  ["pdb", "for debugging, profiling and testing"],
  ["unittest/__init__", "for debugging, profiling and testing"],
  ["json/tool", "for development and packaging"],
  ["asyncio/__main__", "for development and packaging"],
  ["venv/__init__", "for development and packaging"],
  ["_pyrepl/readline", "for debugging, profiling and testing"],
  ["mailbox", "formats, protocols and tools that are rarely used"],
  ["encodings/cp1140", "encodings that are rarely used"],
])("the module %s is not precompiled (%s)", ([module, expected]) => expect(whyRare(module)).toBe(expected));

test.for([
  "asyncio/unix_events",
  "decimal",
  "_strptime",
  "_pyrepl/pager", // of pydoc, which pandas imports
  "inspect",
  "dis",
  "smtplib",
  "xml/etree/ElementTree",
  "encodings/cp437", // names in zip archives
  "encodings/cp1252",
  "encodings/iso8859_15",
  "encodings/utf_16_be",
  "encodings/idna",
])("the module %s is precompiled", (module) => expect(whyRare(module)).toBe(undefined));

test("each pattern for modules that are not precompiled matches at least one module of CPython", {
  timeout: 300_000,
}, async () => {
  const lines = ["3.10", "3.11", "3.14"] as const;
  const modulesOf = async (line: (typeof lines)[number]) => {
    const library = join(await installedPython(line), `lib/python${line}`);
    const files = await readdir(library, { recursive: true });
    return files.filter((name) => /^(?!site-packages).*\.py$/.test(name)).map((name) => name.slice(0, -3));
  };
  const modules = (await Promise.all(lines.map(modulesOf))).flat();
  const patterns = Object.values(rareModules).flat();
  // the libraries of these tests lack some, and have none of 3.15
  expect(patterns.filter((pattern) => !modules.some((name) => new RegExp(`^(?:${pattern})$`).test(name)))).toEqual([
    "msilib/.*",
    "profiling/.*",
    "lib2to3/.*",
  ]);
});
