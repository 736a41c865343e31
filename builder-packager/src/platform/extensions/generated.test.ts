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
  ["no Dockerfiles", [], undefined, []],
  ["only the builder is extended", ["a/build: RUN x"], undefined, []],
  ["several extensions extend the run image", ["a: RUN x", "b/build: RUN y", "c: RUN z"], undefined, ["a", "c"]],
  ["one Dockerfile switches the run image", ["a=debian:"], "debian", []],
  ["one Dockerfile switches the run image and extends it", ["a=debian: RUN x"], "debian", ["a"]],
  [
    "a Dockerfile before the switch of the run image has no effect",
    ["a: RUN x", "b=debian:", "c: RUN y"],
    "debian",
    ["c"],
  ],
  ["the last switch of the run image takes precedence", ["a=one: RUN x", "b=two: RUN y"], "two", ["b"]],
  ["an empty Dockerfile", ["a:"], undefined, []],
])("Dockerfiles that extensions generate are evaluated: %s", ([, words, base, extending]) => {
  const choice = chooseRunImage(words.map(dockerfile));
  expect({ base: choice.base, extending: choice.dockerfiles.map(({ extension }) => extension.id) }).toEqual({
    base,
    extending,
  });
});
