import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FileMap, writeFiles } from "libcnb/testing";
import { afterAll, expect, test } from "vitest";
import { linkedFolders, missingLink } from "./damage.ts";

const dir = await mkdtemp(join(tmpdir(), "links-"));
afterAll(() => rm(dir, { recursive: true, force: true }));

test.for<[string, FileMap, readonly string[]]>([
  ["no directory without .pth files", { "a.py": "/nowhere\n" }, []],
  ["the directory in a .pth file", { "_app.pth": "/app/src" }, ["/app/src"]],
  [
    "several directories, but not the code lines of a .pth file",
    { "more.pth": "# folders\r\n\r\n/app/a\r\n../../b\nimport sys; sys.path\nimport\tos\n" },
    ["/app/a", "<dir>/../../b"],
  ],
  [
    "the directories in the MAPPING of setuptools",
    {
      "__editable___app_1_0_finder.py": `from __future__ import annotations
MAPPING: dict[str, str] = {'app': '/app/app', 'it': '/app/it\\'s', 'one': '/app/one'}
NAMESPACES: dict[str, list[str]] = {'ns': ['/app/ns']}
PATH_PLACEHOLDER = '__editable__.app-1.0.finder' + ".__path_hook__"
`,
      "__editable__.app-1.0.pth": "import __editable___app_1_0_finder; __editable___app_1_0_finder.install()",
    },
    ["/app/app", "/app/it's", "/app/one"],
  ],
])("a virtual environment links to %s", async ([name, files, expected]) => {
  const sitePackages = join(dir, name, "lib/site-packages");
  await writeFiles(sitePackages, { "a.txt": "", ...files });
  const absolute = expected.map((path) => (path.startsWith("<dir>") ? join(sitePackages, path.slice(5)) : path));
  expect(linkedFolders(sitePackages).toSorted()).toEqual(absolute.toSorted());
});

test("a missing link target of a virtual environment is found, be it a package or a module", async () => {
  const sitePackages = join(dir, "links");
  await writeFiles(dir, {
    "app/one.py": "",
    "app/two/__init__.py": "",
    "links/__editable___app_finder.py": `MAPPING = {'one': '${dir}/app/one', 'two': '${dir}/app/two'}\n`,
  });
  expect(missingLink(sitePackages)).toBe(undefined);
  await rm(join(dir, "app/two"), { recursive: true });
  expect(missingLink(sitePackages)).toBe(`${dir}/app/two`);
  await rm(join(dir, "app"), { recursive: true });
  expect(missingLink(sitePackages)).toBe(`${dir}/app/one`);
});
