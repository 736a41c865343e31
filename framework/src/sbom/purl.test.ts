import fc from "fast-check";
import { PackageURL } from "packageurl-js";
import { expect, test } from "vitest";
import { canonical } from "./facts.ts";
import { parsePurl } from "./purl.ts";

test.for([
  ["only a type, a name and a version", "pkg:npm/foobar@12.3.1", "pkg:npm/foobar@12.3.1"],
  ["an unencoded scope", "pkg:npm/@types/node@20.1.0", "pkg:npm/%40types/node@20.1.0"],
  ["an encoded scope", "pkg:npm/%40types/node@20.1.0", "pkg:npm/%40types/node@20.1.0"],
  ["upper-case letters in the name", "pkg:npm/JSONStream@1.3.5", "pkg:npm/JSONStream@1.3.5"],
  ["a type in upper case", "pkg:GEM/Ruby@1", "pkg:gem/Ruby@1"],
  ["slashes after the scheme", "pkg://maven/org.a/b@1", "pkg:maven/org.a/b@1"],
  ["qualifiers in another order", "pkg:deb/a@1?Distro=x&arch=y&empty=", "pkg:deb/a@1?arch=y&distro=x"],
  [
    "a subpath with . and ..",
    "pkg:golang/google.golang.org/genproto#/a/./b/../c",
    "pkg:golang/google.golang.org/genproto#a/b/c",
  ],
  ["a version with an epoch", "pkg:deb/debian/a@1:2.3+b~c", "pkg:deb/debian/a@1:2.3%2Bb~c"],
  ["an empty version", "pkg:npm/a@", "pkg:npm/a"],
  ["a version of a Go module", "pkg:golang/github.com/a/b@v1", "pkg:golang/github.com/a/b@v1"],
])("the normalized form is computed for a Package URL with %s", (row) => {
  expect(canonical(row.at(-2) ?? "")).toBe(row.at(-1));
});

test.for([
  "",
  "npm/a@1",
  "pkg:npm",
  "pkg:npm/",
  "pkg:npm/@1",
  "pkg:1npm/a",
  "pkg:np m/a",
  "pkg:npm/a@%zz",
  "pkg:npm/a?=x",
  "pkg:npm/a?k=1&K=2",
  "pkg:npm/a?1=2",
])("%j is refused as a Package URL", (text) => {
  expect(parsePurl(text)).toBeUndefined();
});

// another reader and writer of Package URLs, which differs in what it does to names of some types: of these none
test("the packageurl-js library parses every Package URL of the type generic identically", () => {
  const any = fc.string({ unit: "binary", minLength: 1, maxLength: 12 }).map((value) => value.toWellFormed());
  const text = any.filter((value) => value.trim() === value); // the other drops blanks around
  const segment = text.filter((value) => !/^\.{0,2}$/.test(value) && !value.includes("/"));
  const parts = fc.tuple(fc.array(segment, { maxLength: 2 }), segment, fc.option(text), fc.option(text));
  fc.assert(
    fc.property(parts, ([namespace, name, version, qualifier]) => {
      const joined = namespace.length === 0 ? undefined : namespace.join("/");
      const other = new PackageURL("generic", joined, name, version, qualifier && { arch: qualifier }, undefined);
      const ours = parsePurl(other.toString());
      expect(ours).toMatchObject({ namespace, name, ...(other.version && { version: other.version }) });
      expect(PackageURL.fromString(canonical(other.toString()))).toEqual(PackageURL.fromString(other.toString()));
    }),
  );
});
