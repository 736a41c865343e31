import { expect, test } from "vitest";
import { pipConfOf } from "./locked-sources.ts";

const source = (name: unknown, url: unknown = "https://index.example/simple") => ({ name, url, verify_ssl: true });

test.each<[string, unknown, string | undefined]>([
  ["the default", [source("pypi")], undefined],
  ["none", [], undefined],
  ["no list", "pypi", undefined],
  ["a variable", [source("pip_conf_index_:env:")], "[:env:]\nindex-url = https://index.example/simple\n"],
  ["a file", [source("pip_conf_index_global")], "[global]\nindex-url = https://index.example/simple\n"],
  [
    "further ones",
    [
      source("pip_conf_index_global"),
      source("pip_conf_extra_index_global_0", "https://a.example"),
      source("pip_conf_extra_index_global_1", "https://b.example"),
    ],
    "[global]\nindex-url = https://index.example/simple\nextra-index-url = https://a.example https://b.example\n",
  ],
  ["another setting in disguise", [source("pip_conf_index_global", "https://a\ntrusted-host = b")], undefined],
  ["another section in disguise", [source("pip_conf_index_x]\ny=1\n[z")], undefined],
  ["other things", [null, 1, source(2), source("pip_conf_index_global", 3)], undefined],
])("pip's settings where a Pipfile was locked: %s", (_title, sources, expected) => {
  expect(pipConfOf({ _meta: { sources } })).toBe(expected);
});
