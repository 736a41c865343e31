import { expect, test } from "vitest";
import { refusedFlags } from "./command-mounts.ts";

test.for<[string, string, readonly string[]]>([
  ["accepts an instruction without flags", "RUN a --mount=type=bind", []],
  ["accepts --network=none", "RUN --network=none a", []],
  [
    "accepts a cache mount",
    "RUN --mount=type=cache,id=apt-1.2,target=/var/cache/apt,sharing=locked,mode=0755,uid=0 a",
    [],
  ],
  ["accepts a tmpfs mount", "RUN --mount=type=tmpfs,target=/tmp a", []],
  [
    "reports the bind mount next to a tmpfs mount",
    "run --mount=type=tmpfs,target=/a --mount=type=bind,target=/x a",
    ["--mount=type=bind,target=/x"],
  ],
  ["reports a mount without a type", "RUN --mount=target=/x a", ["--mount=target=/x"]],
  [
    "reports a cache ID that is a path",
    "RUN --mount=type=cache,id=../x,target=/x a",
    ["--mount=type=cache,id=../x,target=/x"],
  ],
  [
    "reports a cache mount with a source",
    "RUN --mount=type=cache,source=a,target=/x a",
    ["--mount=type=cache,source=a,target=/x"],
  ],
  [
    "reports a cache mount from another image",
    "RUN --mount=type=cache,from=a,target=/x a",
    ["--mount=type=cache,from=a,target=/x"],
  ],
  [
    "reports a mount with two types",
    "RUN --mount=type=cache,type=bind,target=/x a",
    ["--mount=type=cache,type=bind,target=/x"],
  ],
  ["reports a quoted bind mount", 'RUN --mount="type=bind,target=/x" a', ['--mount="type=bind,target=/x"']],
  ["reports a variable as flag name", "RUN --$x=type=bind a", ["--$x=type=bind"]],
  ["reports a variable as mount type", "RUN --mount=type=$x,target=/x a", ["--mount=type=$x,target=/x"]],
  ["reports --security=insecure", "RUN --security=insecure a", ["--security=insecure"]],
  ["reports --network=host", "RUN --network=host a", ["--network=host"]],
  ["reports a flag that is split over continuation lines", "RUN \\\n # b\n\n --mo\\ \nunt=x a", ["--mount=x"]],
  ["reports a flag after a backquote as escape character", "RUN `\r\n --mount=x a", ["--mount=x"]],
  ["reports a flag inside a heredoc", "RUN <<E\n RUN --mount=x\nE", ["--mount=x"]],
  ["reports a flag in ONBUILD RUN", "ONBUILD RUN --mount=x a", ["--mount=x"]],
])("the search for unsupported flags of RUN instructions %s", ([, text, expected]) => {
  expect(refusedFlags(`FROM x\n${text}\n`)).toEqual(expected);
});
