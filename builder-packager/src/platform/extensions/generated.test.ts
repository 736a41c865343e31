import { dockerfileFacts } from "libcnb/lifecycle-rules";
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
  ["nobody says anything", [], undefined, []],
  ["only the builder is extended", ["a/build: RUN x"], undefined, []],
  ["all extend", ["a: RUN x", "b/build: RUN y", "c: RUN z"], undefined, ["a", "c"]],
  ["one names an image", ["a=debian:"], "debian", []],
  ["one names an image and extends it", ["a=debian: RUN x"], "debian", ["a"]],
  ["what comes before another image has no effect", ["a: RUN x", "b=debian:", "c: RUN y"], "debian", ["c"]],
  ["the last image counts", ["a=one: RUN x", "b=two: RUN y"], "two", ["b"]],
  ["a Dockerfile that does nothing", ["a:"], undefined, []],
])("generated Dockerfiles: %s", ([, words, base, extending]) => {
  const choice = chooseRunImage(words.map(dockerfile));
  expect({ base: choice.base, extending: choice.dockerfiles.map(({ extension }) => extension.id) }).toEqual({
    base,
    extending,
  });
});
