import { dockerfileFacts } from "libcnb/internal";
import { expect, test } from "vitest";
import { chooseRunImage, type ExtendedKind, type GeneratedDockerfile } from "./generated.ts";

/** `a: RUN x` is a run.Dockerfile of extension a, `a= : …` one that names an image. */
function dockerfile(words: string): GeneratedDockerfile {
  const [, id = "", kind = "run", base = "", rest = ""] =
    /^(\w+)(?:\/(build|run))?(?:=(\S+))?: ?(.*)$/.exec(words) ?? [];
  const text = `ARG base_image\nFROM ${base || ["$", "{base_image}"].join("")}\n${rest}\n`;
  const extension = { id, version: "1", extension: true };
  return { extension, kind: kind as ExtendedKind, text, facts: dockerfileFacts(text), args: {}, context: "/c" };
}

test.for<[string, readonly string[], string | undefined, readonly string[]]>([
  ["is not changed without Dockerfiles of extensions", [], undefined, []],
  ["is not extended by a Dockerfile for the build image", ["a/build: RUN x"], undefined, []],
  ["is extended by several extensions", ["a: RUN x", "b/build: RUN y", "c: RUN z"], undefined, ["a", "c"]],
  ["is replaced by the image that a Dockerfile names", ["a=debian:"], "debian", []],
  ["is replaced and extended by the same Dockerfile", ["a=debian: RUN x"], "debian", ["a"]],
  [
    "is not extended by a Dockerfile before the Dockerfile that replaces the run image",
    ["a: RUN x", "b=debian:", "c: RUN y"],
    "debian",
    ["c"],
  ],
  ["is replaced by the image that the last Dockerfile names", ["a=one: RUN x", "b=two: RUN y"], "two", ["b"]],
  ["is not extended by an empty Dockerfile", ["a:"], undefined, []],
])("the run image %s", ([, words, base, extending]) => {
  const choice = chooseRunImage(words.map(dockerfile));
  expect({ base: choice.base, extending: choice.dockerfiles.map(({ extension }) => extension.id) }).toEqual({
    base,
    extending,
  });
});
