import fc from "fast-check";
import { type Dockerfile, type DockerfileValue, dockerfile } from "libcnb";

const names =
  "ADD arg CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL".split(" ");
const keywords = [...names, "USER", "VOLUME", "WORKDIR", "NOPE", "run", "Copy", ""];
const marks = "a b=c = a= \" ' \\ ` $ @{a} @{ } <<EOF <<-E << EOF E [ ] [] -- - # , : é"
  .replaceAll("@", "$")
  .split(" ");
const flags = "--from=x --chown=a:b --link --link=maybe --mount=type=cache --network=none --x".split(" ");
const words = ["NONE", "CMD", "AS", "stage", '["a","b"]', '["a",1]', "# escape=`", "$" + "{base_image}", "base_image"];
const spaces = ["\t", " ", "  ", "\u0085", "\u00a0", "\uFEFF"];
const ends = ["", " ", " ", " \\\n", "\\\n  ", "` \n", "\n", "\r\n"];

const piece = fc.tuple(fc.constantFrom(...marks, ...flags, ...words, ...spaces), fc.constantFrom(...ends));
const instruction = fc
  .tuple(fc.constantFrom(...keywords), fc.constantFrom(" ", "\t", ""), fc.array(piece, { maxLength: 6 }))
  .map(([name, space, rest]) => name + space + rest.flat().join(""));

const base = ["FROM $", "{base_image}"].join("");
const heads = [
  `ARG base_image\n${base}\n`,
  `ARG base_image\n${base}\n`,
  "FROM x\n",
  `# escape=\`\nARG base_image\n${base}\n`,
  "",
  `ARG base_image=1\n#x\n${base} AS s\n`,
  `#syntax=a\n#escape=\\\nARG base_image x\n${base.replace("FROM", "FROM --platform=a")}\n`,
];

/** Dockerfiles as people write them at their worst. */
export const anyDockerfile: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom(...heads),
    fc.array(instruction, { maxLength: 3 }),
    fc.constantFrom("", "\n", "EOF\n", "\nEOF\n", "\nE\n"),
  )
  .map(([head, instructions, end]) => head + instructions.join("\n") + end);

/** A text with everything that could mean something to a Dockerfile, but for what it cannot hold. */
export const hostileText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.constantFrom(...marks, ...flags, ...words, " ", "\t", "\u00a0", "USER root", "user_id", "\\\\", '"$'),
      fc.string({ unit: "binary", maxLength: 3 }),
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(" ".repeat(parts.length % 2)).replace(/[\0\r\n\uFEFF]/g, ""));

/** One call of the builder, and what BuildKit shall read: undefined if the call must be refused. */
export interface BuilderCall {
  readonly apply: (file: Dockerfile) => Dockerfile;
  readonly words: readonly string[];
}

const value = fc.oneof(
  hostileText.map((text): [DockerfileValue, string] => [text, text]),
  hostileText.map((text): [DockerfileValue, string] => [
    [text, dockerfile.variable("known"), text],
    `${text}$known's "value"${text}`,
  ]),
);

const path = hostileText
  .filter((text) => text.length > 0 && !text.includes("<<") && !text.split("/").includes(".."))
  .map((text) => text);

export const builderCall: fc.Arbitrary<BuilderCall> = fc.oneof(
  value.map(([given, read]) => ({
    apply: (file: Dockerfile) => file.env({ NAME: given }),
    words: ["ENV", "NAME", read],
  })),
  value.map(([given, read]) => ({
    apply: (file: Dockerfile) => file.arg("NAME", given),
    words: ["ARG", "NAME", read],
  })),
  value.map(([given, read]) => ({
    apply: (file: Dockerfile) => file.label({ "a.b/c": given }),
    words: ["LABEL", "a.b/c", read],
  })),
  value
    .filter(([given]) => given !== "")
    .map(([given, read]) => ({ apply: (file: Dockerfile) => file.workdir(given), words: ["WORKDIR", read] })),
  fc.tuple(path, path).map(([from, to]) => ({
    apply: (file: Dockerfile) => file.copy(from, to, { owner: "a:b", mode: "755" }),
    words: ["COPY", "a:b", "755", from, to],
  })),
  fc
    .tuple(path, path)
    .map(([from, to]) => ({ apply: (file: Dockerfile) => file.add(from, to), words: ["ADD", "", "", from, to] })),
  fc.array(hostileText, { minLength: 1, maxLength: 3 }).map((args) => ({
    apply: (file: Dockerfile) => file.run(["x", ...args]),
    words: ["RUN", "exec", "x", ...args],
  })),
);
