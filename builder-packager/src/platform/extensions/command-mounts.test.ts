import { expect, test } from "vitest";
import { refusedFlags } from "./command-mounts.ts";

test.for<[string, string, readonly string[]]>([
  ["none without flags", "RUN a --mount=type=bind", []],
  ["none for --network=none", "RUN --network=none a", []],
  [
    "none for a cache mount",
    "RUN --mount=type=cache,id=apt-1.2,target=/var/cache/apt,sharing=locked,mode=0755,uid=0 a",
    [],
  ],
  ["none for a tmpfs mount", "RUN --mount=type=tmpfs,target=/tmp a", []],
  [
    "only the bind mount of two mounts",
    "run --mount=type=tmpfs,target=/a --mount=type=bind,target=/x a",
    ["--mount=type=bind,target=/x"],
  ],
  ["a mount without a type", "RUN --mount=target=/x a", ["--mount=target=/x"]],
  ["a cache ID that is a path", "RUN --mount=type=cache,id=../x,target=/x a", ["--mount=type=cache,id=../x,target=/x"]],
  [
    "a cache mount with a source",
    "RUN --mount=type=cache,source=a,target=/x a",
    ["--mount=type=cache,source=a,target=/x"],
  ],
  [
    "a cache mount from another image",
    "RUN --mount=type=cache,from=a,target=/x a",
    ["--mount=type=cache,from=a,target=/x"],
  ],
  [
    "a mount with two types",
    "RUN --mount=type=cache,type=bind,target=/x a",
    ["--mount=type=cache,type=bind,target=/x"],
  ],
  ["a quoted mount", 'RUN --mount="type=bind,target=/x" a', ['--mount="type=bind,target=/x"']],
  ["a variable as flag name", "RUN --$x=type=bind a", ["--$x=type=bind"]],
  ["a variable as mount type", "RUN --mount=type=$x,target=/x a", ["--mount=type=$x,target=/x"]],
  ["--security=insecure", "RUN --security=insecure a", ["--security=insecure"]],
  ["--network=host", "RUN --network=host a", ["--network=host"]],
  ["a flag split over continuation lines", "RUN \\\n # b\n\n --mo\\ \nunt=x a", ["--mount=x"]],
  ["a flag after a backquote as escape character", "RUN `\r\n --mount=x a", ["--mount=x"]],
  ["a flag inside a heredoc", "RUN <<E\n RUN --mount=x\nE", ["--mount=x"]],
  ["a flag in ONBUILD RUN", "ONBUILD RUN --mount=x a", ["--mount=x"]],
])("unsupported flags of a RUN instruction are found: %s", ([, text, expected]) => {
  expect(refusedFlags(`FROM x\n${text}\n`)).toEqual(expected);
});
