import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CreateReason } from "libcnb";
import { writeFiles } from "libcnb/testing";
import { afterAll, describe, expect, test } from "vitest";
import { inBuild } from "../test-app.ts";
import { testPython } from "../test-python.ts";
import { whyInstalled } from "./key.ts";
import { normalizeVenv, normalRecord } from "./normalize.ts";
import { compilePython, venvAt } from "./venv.ts";

const dir = await mkdtemp(join(tmpdir(), "venv-"));
afterAll(() => rm(dir, { recursive: true, force: true }));

const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .toSorted();

describe("precompiled Python code", { timeout: 60_000 }, () => {
  const code = join(dir, "code");
  const python = async () => ({ path: `${await testPython()}/bin/python3` }) as Parameters<typeof compilePython>[1];
  const compiled = () =>
    filesIn(code).flatMap((path) =>
      path.endsWith(".pyc") ? [[path, readFileSync(join(code, path)).toString("base64")]] : [],
    );
  const compile = () => inBuild({}, async ({ run }) => compilePython(run, await python(), code));

  test("is reproducible, does not depend on source times, and leaves out files that are not Python", async () => {
    for (const name of ["json", "email", "asyncio"])
      cpSync(`${await testPython()}/lib/python3.11/${name}`, join(code, name), { recursive: true });
    await writeFiles(code, {
      "template.py": "{{ project }} = (",
      "sub/latin.py": "# -*- coding: latin-1 -*-\nx = 1\n",
    });
    for (const path of filesIn(code)) if (path.endsWith(".pyc")) rmSync(join(code, path));
    await compile();
    const first = compiled();
    const sources = filesIn(code).filter((path) => path.endsWith(".py") && path !== "template.py");
    expect(first).toHaveLength(sources.length);
    // PEP 552: 1 is a digest of the source, of which 2 says that it is compared
    expect(first.filter(([, text]) => Buffer.from(text ?? "", "base64").readUInt32LE(4) !== 1)).toEqual([]);
    await compile();
    expect(compiled()).toEqual(first);
  });
});

test("a normalized virtual environment contains neither times nor file modes nor credentials from its installation", async () => {
  const venv = venvAt(join(dir, "env"), { version: "3.11.4" });
  const info = "lib/python3.11/site-packages/a-1.0.dist-info";
  await writeFiles(venv.dir, {
    ".lock": "",
    "bin/a": { contents: "", mode: 0o775 },
    "lib/python3.11/site-packages/a.py": { contents: "", mode: 0o600 },
    "lib/python3.11/site-packages/__pycache__/a.cpython-311.pyc": "",
    [`${info}/METADATA`]:
      "Requires-Dist: b @ git+https://me:s3cret@example.com/b.git\n\nhttps://me:example@example.com\n",
    "src/b/.git/config": "url = https://me:s3cret@example.com/b.git",
    "src/b/.gitignore": "",
    [`${info}/direct_url.json`]: '{"url": "https://me:s3cret@example.com/a.git", "vcs_info": {"vcs": "git"}}',
    [`${info}/RECORD`]: `a.py,sha256=a,1\n__pycache__/a.cpython-311.pyc,,\na-1.0.dist-info/direct_url.json,sha256=b,2\na-1.0.dist-info/METADATA,sha256=c,3\na-1.0.dist-info/WHEEL,sha256=d,4\n../../../bin/a,,\n`,
  });
  const odd = Buffer.concat([Buffer.from(`${venv.dir}/src/b/`), Buffer.of(0xe9)]);
  mkdirSync(odd);
  writeFileSync(Buffer.concat([odd, Buffer.of(0x2f, 0xe9)]), "");
  normalizeVenv(venv);
  rmSync(odd, { recursive: true });
  const files = filesIn(venv.dir).map((path) => [
    path,
    statSync(join(venv.dir, path)).mode & 0o777,
    readFileSync(join(venv.dir, path), "utf8"),
  ]);
  expect(files).toEqual([
    ["bin/a", 0o755, ""],
    [`${info}/METADATA`, 0o644, "Requires-Dist: b @ git+https://example.com/b.git\n\nhttps://me:example@example.com\n"],
    [
      `${info}/RECORD`,
      0o644,
      "../../../bin/a,,\na-1.0.dist-info/METADATA,,\na-1.0.dist-info/WHEEL,sha256=d,4\na-1.0.dist-info/direct_url.json,,\na.py,sha256=a,1\n",
    ],
    [`${info}/direct_url.json`, 0o644, '{"url": "https://example.com/a.git", "vcs_info": {"vcs": "git"}}'],
    ["lib/python3.11/site-packages/a.py", 0o644, ""],
    ["src/b/.gitignore", 0o644, ""],
  ]);
});

test.for<[string, string, string]>([
  ["leaves an empty file empty", "", ""],
  ["changes CRLF line ends to LF", "b,,\r\na,,\r\n", "a,,\nb,,\n"],
  ["keeps quotes around a file name with a comma", '"a,b.py",,\n"x/__pycache__/c,d.pyc",,\n', '"a,b.py",,\n'],
])("normalizing the file RECORD of a wheel %s", ([, text, expected]) => expect(normalRecord(text)).toBe(expected));

const changed = (field: string, from: unknown, to: unknown): CreateReason => ({
  kind: "metadata-changed",
  changes: [{ field, from, to }],
});

test.for<[string, CreateReason]>([
  ["no cached layer", { kind: "absent" }],
  ["damaged", { kind: "rejected", reason: "damaged" }],
  ["uv.lock changed", changed("inputs.uv.lock", "a", "b")],
  ["groups added", changed("inputs.groups", undefined, "b")],
  ["groups removed", changed("inputs.groups", "a", undefined)],
  ['python changed from "3.13.1" to "3.14.0"', changed("python", "3.13.1", "3.14.0")],
  ["this version of the buildpack creates environments differently", changed("format", 1, 2)],
])("the log gives the reason %j for an installation", ([expected, reason]) =>
  expect(whyInstalled(reason)).toBe(expected),
);
