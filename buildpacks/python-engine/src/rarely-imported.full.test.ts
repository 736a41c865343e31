import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { installedPython } from "../../../test/support/python/archives.ts";
import { rareModules, type WhyRare, whyRare } from "./rarely-imported.ts";

test.for<[string, WhyRare | undefined]>([
  ["asyncio/windows_events", "for other systems than Linux"],
  ["asyncio/unix_events", undefined],
  ["ctypes/macholib/dyld", "for other systems than Linux"],
  ["_pydecimal", "the same in C is in the interpreter"],
  ["decimal", undefined],
  ["_strptime", undefined],
  ["pdb", "for people who debug, measure and test"],
  ["unittest/__init__", "for people who debug, measure and test"],
  ["json/tool", "for people who write, translate and pack programs"],
  ["asyncio/__main__", "for people who write, translate and pack programs"],
  ["venv/__init__", "for people who write, translate and pack programs"],
  ["_pyrepl/readline", "for people who debug, measure and test"],
  ["_pyrepl/pager", undefined], // of pydoc, which pandas imports
  ["inspect", undefined],
  ["dis", undefined],
  ["mailbox", "mail boxes, news, files and calls as of old"],
  ["smtplib", undefined],
  ["xml/etree/ElementTree", undefined],
  ["encodings/cp1140", "tables of old encodings"],
  ["encodings/cp437", undefined], // names in zip archives
  ["encodings/cp1252", undefined],
  ["encodings/iso8859_15", undefined],
  ["encodings/utf_16_be", undefined],
  ["encodings/idna", undefined],
])("the reason not to precompile %s is %s", ([module, expected]) => expect(whyRare(module)).toBe(expected));

test("each name is that of a module", { timeout: 300_000 }, async () => {
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
