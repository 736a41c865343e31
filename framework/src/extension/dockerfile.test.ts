import { describe, expect, test } from "vitest";
import { checkDockerfile } from "./check-dockerfile.ts";
import { type Dockerfile, dockerfile } from "./dockerfile.ts";

const base = ["FROM $", "{base_image}"].join("");
const text = (lines: readonly string[]) => `${lines.join("\n")}\n`;
const variable = (name: string) => ["$", "{", name, "}"].join("");

describe("the Dockerfile builder", () => {
  test("writes a file with the required first and last lines", () => {
    const file = dockerfile
      .build()
      .arg("tools", "curl jq")
      .user("root")
      .run("apt-get update && apt-get install -y $tools")
      .shell(["/bin/bash", "-eo", "pipefail", "-c"])
      .run("one\ntwo")
      .env({ HOME: "/a $b", PATH: ["/opt/bin:", dockerfile.variable("PATH")] })
      .copy(["a.conf", "b c.conf"], "/etc/", { owner: dockerfile.variable("user_id"), mode: "640" })
      .add("https://example.com/x?y=z", "/x")
      .workdir("/opt/my app")
      .label({ "com.example.by": '"me"' });
    expect(String(file)).toBe(
      text([
        "ARG base_image",
        base,
        "",
        'ARG tools="curl jq"',
        "USER root",
        "RUN apt-get update && apt-get install -y $tools",
        'SHELL ["/bin/bash", "-eo", "pipefail", "-c"]',
        'RUN ["/bin/bash", "-eo", "pipefail", "-c", "one\\ntwo"]',
        'ENV HOME="/a \\$b"',
        `ENV PATH="/opt/bin:${variable("PATH")}"`,
        "ARG user_id",
        `COPY --chown=${variable("user_id")} --chmod=640 ["a.conf", "b c.conf", "/etc/"]`,
        "ADD https://example.com/x?y=z /x",
        'WORKDIR "/opt/my app"',
        'LABEL com.example.by="\\"me\\""',
        "ARG group_id",
        `USER ${variable("user_id")}$${"{group_id:+:"}${variable("group_id")}}`,
      ]),
    );
    expect(checkDockerfile(String(file), "build")).toEqual([]);
  });

  test.for<[string, Dockerfile, readonly string[]]>([
    [
      "extends the run image",
      dockerfile.run().run("x").rebasable(),
      ["ARG base_image", base, "", "RUN x", 'LABEL io.buildpacks.rebasable="true"'],
    ],
    ["replaces the run image", dockerfile.run({ from: "debian:13" }), ["FROM debian:13"]],
    [
      "declares build_id only once for two instructions that run in every build",
      dockerfile.build().everyBuild().everyBuild().arg("build_id"),
      [
        "ARG base_image",
        base,
        "",
        'ARG build_id="0"',
        `RUN echo ${variable("build_id")}`,
        `RUN echo ${variable("build_id")}`,
      ],
    ],
    [
      "quotes a command that looks like a flag",
      dockerfile.run({ from: "a" }).run("--mount=x y"),
      ["FROM a", 'RUN ["/bin/sh", "-c", "--mount=x y"]'],
    ],
    [
      "quotes a command that looks like a heredoc",
      dockerfile.run({ from: "a" }).run("cat <<EOF"),
      ["FROM a", 'RUN ["/bin/sh", "-c", "cat <<EOF"]'],
    ],
    [
      "quotes a command that ends with a backslash",
      dockerfile.run({ from: "a" }).run("a \\"),
      ["FROM a", 'RUN ["/bin/sh", "-c", "a \\\\"]'],
    ],
    [
      "writes a command given as a list of arguments in exec form",
      dockerfile.run({ from: "a" }).run(["echo", "$x", 'a","b']),
      ["FROM a", 'RUN ["echo", "$x", "a\\",\\"b"]'],
    ],
  ])("%s", ([, file, lines]) => {
    expect(String(file)).toBe(text(lines));
    expect(checkDockerfile(String(file), file.kind).filter(({ severity }) => severity === "error")).toEqual([]);
  });

  test("returns a new builder for an added instruction and leaves the first builder unchanged", () => {
    const start = dockerfile.run({ from: "a" });
    start.run("x");
    expect(String(start)).toBe("FROM a\n");
  });

  test.for<[string, () => unknown, string]>([
    [
      "a value with a line break",
      () => dockerfile.build().env({ A: "x\nUSER root" }),
      "ENV A contains a line break, U+0000, U+FEFF or half of a surrogate pair, which a Dockerfile cannot contain",
    ],
    [
      "a value with an unpaired surrogate",
      () => dockerfile.build().label({ a: "\ud800" }),
      "LABEL a contains a line break, U+0000, U+FEFF or half of a surrogate pair, which a Dockerfile cannot contain",
    ],
    [
      "an undefined value",
      () => dockerfile.build().env({ A: undefined as unknown as string }),
      "ENV A has the value undefined, which is neither a string nor a variable",
    ],
    [
      "a part of a value that is not text",
      () => dockerfile.build().label({ a: ["x", 1 as unknown as string] }),
      "LABEL a has the value 1, which is neither a string nor a variable",
    ],
    ["a malformed variable name", () => dockerfile.build().env({ "A B": "x" }), '"A B" is not the name of a variable'],
    ["a label with a space", () => dockerfile.build().label({ "a b": "x" }), '"a b" is not the name of a label'],
    [
      "a value for an argument that the lifecycle sets",
      () => dockerfile.build().arg("user_id", "0"),
      "the argument user_id cannot have a value: the lifecycle sets it",
    ],
    ["a second declaration of base_image", () => dockerfile.run().arg("base_image"), "base_image is declared already"],
    ["a user name with a line break", () => dockerfile.build().user("root\nRUN x"), 'USER cannot be "root\\nRUN x"'],
    ["an empty command", () => dockerfile.build().run(" "), "RUN has no command"],
    ["a command without an executable", () => dockerfile.build().run([""]), "RUN has no command"],
    [
      "a command argument with a NUL character",
      () => dockerfile.build().run(["a", "\0"]),
      "RUN contains U+0000 or half of a surrogate pair",
    ],
    [
      "a command that is too long",
      () => dockerfile.build().run("x".repeat(65_532)),
      "a line of RUN is longer than 65535 bytes, the maximum of BuildKit",
    ],
    [
      "a source path with ..",
      () => dockerfile.build().copy("../x", "/x"),
      'COPY has the path "../x", which leaves the context',
    ],
    [
      "a source path that looks like a heredoc",
      () => dockerfile.build().add("<<EOF", "/x"),
      'ADD has the path "<<EOF", in which << would begin a heredoc',
    ],
    [
      "several sources for one destination file",
      () => dockerfile.build().copy(["a", "b"], "/x"),
      "COPY with several sources needs a destination that ends in /",
    ],
    [
      "a symbolic file mode",
      () => dockerfile.build().copy("a", "/x", { mode: "u+x" }),
      'the mode "u+x" of COPY is not octal',
    ],
    ["an image name with a space", () => dockerfile.run({ from: "a AS b" }), '"a AS b" is not the name of an image'],
    ["a variable name with a brace", () => dockerfile.variable("a}"), '"a}" is not the name of a variable'],
    ["a shell without an executable", () => dockerfile.build().shell([""]), "SHELL has no executable"],
    ["an empty working directory", () => dockerfile.build().workdir(""), "WORKDIR is empty"],
  ])("refuses %s", ([, make, message]) => {
    expect(make).toThrow(expect.objectContaining({ code: "DOCKERFILE_INVALID", message }));
  });
});
