import { expect, test } from "vitest";
import { checkDockerfile, type DockerfileKind } from "./check-dockerfile.ts";

const head = ["ARG base_image\nFROM $", "{base_image}\n"].join("");

test.for<[string, DockerfileKind, string, readonly string[]]>([
  ["accepts the smallest build.Dockerfile", "build", head, []],
  ["accepts another run image", "run", "FROM debian:13", []],
  [
    "tells everything at once",
    "build",
    "FROM debian\nCMD x\nENV a\nFROM b c\nNOPE",
    [
      "error 1: build.Dockerfile begins with ARG base_image and no other ARG",
      `error 1: FROM of build.Dockerfile is ${head.trim().split("FROM ")[1]}`,
      "warning 2: CMD is not recommended: ADD, ARG, COPY, ENV, FROM, LABEL, RUN, SHELL, USER, WORKDIR are",
      'error 3: ENV gives "a" no value',
      "error 4: FROM takes one image, or an image AS a name",
      "error 4: a second FROM begins another stage; only one is possible",
      "error 5: NOPE is not an instruction",
    ],
  ],
  ["demands FROM", "run", "# nothing\nARG x\n", ["error 1: there is no FROM"]],
  ["demands an instruction", "run", "# nothing\n\n", ["error 1: the file has no instructions"]],
  [
    "demands one ARG before FROM",
    "build",
    `ARG a\n${head}`,
    ["error 2: build.Dockerfile begins with ARG base_image and no other ARG"],
  ],
  [
    "counts lines behind joined ones and heredocs",
    "build",
    `${head}RUN a \\\n  # why\n  b <<E\nFROM x\nE\nADD x`,
    ["error 8: ADD needs a source and a destination"],
  ],
  [
    "finds a heredoc that does not end",
    "build",
    `${head}RUN <<EOF\nx`,
    ["error 3: begins the text <<EOF that does not end"],
  ],
  ["knows flags", "build", `${head}COPY --owner=x a b`, ["error 3: COPY does not know the flag --owner"]],
  [
    "advises to reset the user and to tell of rebasing",
    "run",
    `${head}USER root\nRUN x`,
    [
      "warning 3: the image's user ends as root; end with USER $" +
        "{user_id}:$" +
        "{group_id} (and ARG user_id, ARG group_id)",
      "warning 3: the image will not be rebasable without LABEL io.buildpacks.rebasable=true",
    ],
  ],
])("89, 90 a check %s", ([, kind, text, expected]) => {
  expect(checkDockerfile(text, kind).map(({ severity, line, message }) => `${severity} ${line}: ${message}`)).toEqual(
    expected,
  );
});
