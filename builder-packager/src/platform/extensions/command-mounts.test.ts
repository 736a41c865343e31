import { expect, test } from "vitest";
import { refusedFlags } from "./command-mounts.ts";

test.for<[string, string, readonly string[]]>([
  ["no flags", "RUN a --mount=type=bind", []],
  ["the network", "RUN --network=none a", []],
  ["a cache", "RUN --mount=type=cache,id=apt-1.2,target=/var/cache/apt,sharing=locked,mode=0755,uid=0 a", []],
  ["memory", "RUN --mount=type=tmpfs,target=/tmp a", []],
  [
    "two of which one is a file",
    "run --mount=type=tmpfs,target=/a --mount=type=bind,target=/x a",
    ["--mount=type=bind,target=/x"],
  ],
  ["what is not a type", "RUN --mount=target=/x a", ["--mount=target=/x"]],
  ["an id that is a path", "RUN --mount=type=cache,id=../x,target=/x a", ["--mount=type=cache,id=../x,target=/x"]],
  ["a source", "RUN --mount=type=cache,source=a,target=/x a", ["--mount=type=cache,source=a,target=/x"]],
  ["another image", "RUN --mount=type=cache,from=a,target=/x a", ["--mount=type=cache,from=a,target=/x"]],
  ["two types", "RUN --mount=type=cache,type=bind,target=/x a", ["--mount=type=cache,type=bind,target=/x"]],
  ["quotes", 'RUN --mount="type=bind,target=/x" a', ['--mount="type=bind,target=/x"']],
  ["a variable", "RUN --$x=type=bind a", ["--$x=type=bind"]],
  ["a variable as the type", "RUN --mount=type=$x,target=/x a", ["--mount=type=$x,target=/x"]],
  ["privileges", "RUN --security=insecure a", ["--security=insecure"]],
  ["another network", "RUN --network=host a", ["--network=host"]],
  ["lines that are joined", "RUN \\\n # b\n\n --mo\\ \nunt=x a", ["--mount=x"]],
  ["lines that a back quote joins", "RUN `\r\n --mount=x a", ["--mount=x"]],
  ["a line of a heredoc", "RUN <<E\n RUN --mount=x\nE", ["--mount=x"]],
  ["a trigger", "ONBUILD RUN --mount=x a", ["--mount=x"]],
])("command mounts: %s", ([, text, expected]) => {
  expect(refusedFlags(`FROM x\n${text}\n`)).toEqual(expected);
});
