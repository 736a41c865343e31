import { expect, test } from "vitest";
import { checkDockerfile, type DockerfileKind } from "./check-dockerfile.ts";

const head = ["ARG base_image\nFROM $", "{base_image}\n"].join("");

test.for<[string, DockerfileKind, string, readonly string[]]>([
  ["accepts the minimal build.Dockerfile", "build", head, []],
  ["accepts another run image", "run", "FROM debian:13", []],
  [
    "reports all problems at once",
    "build",
    "FROM debian\nCMD x\nENV a\nFROM b c\nNOPE",
    [
      "error 1: build.Dockerfile must begin with ARG base_image and have no other ARG before FROM",
      `error 1: FROM of build.Dockerfile must be ${head.trim().split("FROM ")[1]}`,
      "warning 2: CMD is not recommended; use only ADD, ARG, COPY, ENV, FROM, LABEL, RUN, SHELL, USER, WORKDIR",
      'error 3: ENV has no value for "a"',
      "error 4: FROM must be FROM IMAGE or FROM IMAGE AS NAME",
      "error 4: a second FROM begins another stage; only one stage is allowed",
      "error 5: NOPE is not an instruction",
    ],
  ],
  ["requires FROM", "run", "# nothing\nARG x\n", ["error 1: the file has no FROM instruction"]],
  ["requires an instruction", "run", "# nothing\n\n", ["error 1: the file has no instructions"]],
  [
    "requires exactly one ARG before FROM",
    "build",
    `ARG a\n${head}`,
    ["error 2: build.Dockerfile must begin with ARG base_image and have no other ARG before FROM"],
  ],
  [
    "reports the right line number after continuation lines and heredocs",
    "build",
    `${head}RUN a \\\n  # why\n  b <<E\nFROM x\nE\nADD x`,
    ["error 8: ADD needs a source and a destination"],
  ],
  [
    "reports an unterminated heredoc",
    "build",
    `${head}RUN <<EOF\nx`,
    ["error 3: begins the heredoc <<EOF, which does not end"],
  ],
  ["reports unknown flags", "build", `${head}COPY --owner=x a b`, ["error 3: COPY has the unknown flag --owner"]],
  [
    "warns about a missing reset of the user and a missing rebasable label",
    "run",
    `${head}USER root\nRUN x`,
    [
      "warning 3: the last user of the image is root; end with USER $" +
        "{user_id}:$" +
        "{group_id} (and ARG user_id, ARG group_id)",
      "warning 3: the image will not be rebasable without LABEL io.buildpacks.rebasable=true",
    ],
  ],
])("the check of a generated Dockerfile %s", ([, kind, text, expected]) => {
  expect(checkDockerfile(text, kind).map(({ severity, line, message }) => `${severity} ${line}: ${message}`)).toEqual(
    expected,
  );
});
