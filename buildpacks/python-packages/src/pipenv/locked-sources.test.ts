import { expect, test } from "vitest";
import { pipConfOf } from "./project.ts";

const source = (name: unknown, url: unknown = "https://index.example/simple") => ({ name, url, verify_ssl: true });

test.each<[string, unknown, string | undefined]>([
  ["is not written for the default index", [source("pypi")], undefined],
  ["is not written without sources", [], undefined],
  ["is not written for sources that are not a list", "pypi", undefined],
  [
    "has the section [:env:] for an index from an environment variable",
    [source("pip_conf_index_:env:")],
    "[:env:]\nindex-url = https://index.example/simple\n",
  ],
  [
    "has the section [global] for an index from a file",
    [source("pip_conf_index_global")],
    "[global]\nindex-url = https://index.example/simple\n",
  ],
  [
    "has extra-index-url for further indexes",
    [
      source("pip_conf_index_global"),
      source("pip_conf_extra_index_global_0", "https://a.example"),
      source("pip_conf_extra_index_global_1", "https://b.example"),
    ],
    "[global]\nindex-url = https://index.example/simple\nextra-index-url = https://a.example https://b.example\n",
  ],
  [
    "is not written for a URL that contains another setting",
    [source("pip_conf_index_global", "https://a\ntrusted-host = b")],
    undefined,
  ],
  ["is not written for a name that contains another section", [source("pip_conf_index_x]\ny=1\n[z")], undefined],
  ["is not written for malformed sources", [null, 1, source(2), source("pip_conf_index_global", 3)], undefined],
])("the pip.conf for the sources in Pipfile.lock %s", (_title, sources, expected) => {
  expect(pipConfOf({ _meta: { sources } })).toBe(expected);
});
