import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatImageReference, type ImageReference, parseImageReference } from "./reference.ts";

const digest = `sha256:${"0123456789abcdef".repeat(4)}` as const;
const hub = { kind: "registry", registry: "docker.io" } as const;

test.for<[string, ImageReference]>([
  ["debian", { ...hub, repository: "library/debian" }],
  ["debian:12", { ...hub, repository: "library/debian", tag: "12" }],
  ["docker:27", { ...hub, repository: "library/docker", tag: "27" }],
  ["docker://debian:12", { ...hub, repository: "library/debian", tag: "12" }],
  ["paketobuildpacks/builder", { ...hub, repository: "paketobuildpacks/builder" }],
  ["index.docker.io/library/debian", { ...hub, repository: "library/debian" }],
  ["docker.io/debian", { ...hub, repository: "library/debian" }],
  ["localhost/app", { kind: "registry", registry: "localhost", repository: "app" }],
  ["localhost:5000/app", { kind: "registry", registry: "localhost:5000", repository: "app" }],
  [
    "127.0.0.1:5000/team/app:v1.0_2",
    { kind: "registry", registry: "127.0.0.1:5000", repository: "team/app", tag: "v1.0_2" },
  ],
  ["[::1]:5000/app", { kind: "registry", registry: "[::1]:5000", repository: "app" }],
  [`ghcr.io/a/b/c@${digest}`, { kind: "registry", registry: "ghcr.io", repository: "a/b/c", digest }],
  [`ghcr.io/a/b:1@${digest}`, { kind: "registry", registry: "ghcr.io", repository: "a/b", tag: "1", digest }],
  ["a/b__c.d-e--f", { ...hub, repository: "a/b__c.d-e--f" }],
  ["oci:dist/app", { kind: "oci", dir: "dist/app" }],
  ["oci:/abs/dir:latest", { kind: "oci", dir: "/abs/dir", tag: "latest" }],
  ["oci:dir:registry.example/app:1", { kind: "oci", dir: "dir", tag: "registry.example/app:1" }],
  ["oci-archive:app.tar", { kind: "oci-archive", file: "app.tar" }],
  ["docker-archive:app.tar", { kind: "docker-archive", file: "app.tar" }],
  ["docker-archive:app.tar:app:1", { kind: "docker-archive", file: "app.tar", name: "app:1" }],
  ["docker-daemon:app:1", { kind: "docker-daemon", name: "app:1" }],
])("the image reference %j is parsed, written and parsed again with the same result", ([text, reference]) => {
  expect(parseImageReference(text)).toEqual(reference);
  expect(parseImageReference(formatImageReference(reference))).toEqual(reference);
});

describe("the malformed image reference", () => {
  test.for<[string, string]>([
    ["", 'the repository "" is malformed'],
    ["Debian", 'the repository "Debian" is malformed'],
    ["a//b", 'the repository "a//b" is malformed'],
    ["a/", 'the repository "a/" is malformed'],
    ["app:", 'the tag "" is malformed'],
    ["app:-x", 'the tag "-x" is malformed'],
    [`app:${"t".repeat(129)}`, `the tag "${"t".repeat(129)}" is malformed`],
    ["app@sha256:123", "the digest is malformed"],
    [`app@${digest.toUpperCase()}`, "the digest is malformed"],
    ["-host.example/app", 'the registry "-host.example" is malformed'],
    ["host.example:port/app", 'the registry "host.example:port" is malformed'],
    ["https://host.example/app", 'the registry "https:" is malformed'],
    ["user@host.example/app", "the digest is malformed"],
    ["oci:", "it has no directory"],
    ["oci::tag", "it has no directory"],
    ["oci:dir:", "it has no tag after the colon"],
    ["oci-archive:", "it has no file"],
    ["docker-archive:x:", "it has no name after the colon"],
    ["docker-daemon:", "it has no name"],
    ["a\0b", 'the repository "a\\u0000b" is malformed'],
  ])("%j is refused with the reason %j", ([text, why]) => {
    expect(() => parseImageReference(text)).toThrow(`${JSON.stringify(text)} is not a valid image name: ${why}`);
  });

  test('"./dist/app", which looks like a path, is refused with a hint to add oci: or a similar prefix', () => {
    expect(() => parseImageReference("./dist/app")).toThrow(
      expect.objectContaining({
        hint: "For a directory write oci:./dist/app, for an archive oci-archive:./dist/app or docker-archive:./dist/app.",
      }),
    );
  });
});

test("any text is refused or parsed as a reference that prints as the same text", () => {
  const word = fc.stringMatching(/^[a-z0-9]{1,8}$/);
  const path = fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join("/"));
  const registry = fc.oneof(
    word.map((name) => `${name}.example`),
    word.map((name) => `${name}:5000`),
    fc.constant("localhost"),
  );
  const valid = fc
    .tuple(fc.option(registry), path, fc.option(word), fc.boolean())
    .map(
      ([host, name, tag, pinned]) =>
        `${host === null ? "" : `${host}/`}${name}${tag === null ? "" : `:${tag}`}${pinned ? `@${digest}` : ""}`,
    );
  const transport = fc
    .tuple(fc.constantFrom("oci:", "oci-archive:", "docker-archive:", "docker-daemon:", "docker://"), fc.string())
    .map((parts) => parts.join(""));
  fc.assert(
    fc.property(valid, (text) => {
      const reference = parseImageReference(text);
      expect(parseImageReference(formatImageReference(reference))).toEqual(reference);
    }),
  );
  fc.assert(
    fc.property(fc.oneof(transport, fc.string()), (text) => {
      let reference: ImageReference;
      try {
        reference = parseImageReference(text);
      } catch (error) {
        expect(error).toMatchObject({ code: "IMAGE_REFERENCE_INVALID" });
        return;
      }
      expect(parseImageReference(formatImageReference(reference))).toEqual(reference);
    }),
  );
});
