import { expect, test } from "vitest";
import { type DockerfileFacts, dockerfileFacts } from "./dockerfile-facts.ts";

const base = ["$", "{base_image}"].join("");
const head = `ARG base_image\nFROM ${base}\n`;
const nothing: DockerfileFacts = {
  base: undefined,
  isExtending: false,
  args: ["base_image"],
  readsContext: false,
  instructions: [],
};

test.for<[string, string, Partial<DockerfileFacts>]>([
  ["a Dockerfile without instructions extends nothing", head, {}],
  ["FROM names another image", "FROM debian:13\n", { base: "debian:13", args: [] }],
  [
    "FROM with a platform names another image",
    "FROM --platform=linux/amd64 debian AS x\n",
    { base: "debian", args: [] },
  ],
  [
    "FROM names an image by a variable that the Dockerfile defines",
    "ARG x=debian\nFROM $x\n",
    { base: "$x", args: ["x"] },
  ],
  [
    "a RUN instruction may have several lines",
    `${head}USER root\nRUN a \\\n  && b\n`,
    { isExtending: true, instructions: ["USER root", "RUN a   && b"] },
  ],
  [
    "ARG counts as an instruction",
    `${head}ARG tools="a b"\n`,
    { isExtending: true, args: ["base_image", "tools"], instructions: ['ARG tools="a b"'] },
  ],
  [
    "ARG build_id counts as an instruction",
    `${head}ARG user_id build_id=0\n`,
    { isExtending: true, args: ["base_image", "user_id", "build_id"], instructions: ["ARG user_id build_id=0"] },
  ],
  [
    "build_id in a RUN instruction is not an argument",
    `${head}RUN echo build_id # build_id\n`,
    { isExtending: true, instructions: ["RUN echo build_id # build_id"] },
  ],
  [
    "COPY reads the context",
    `${head}copy --chown=1:1 a b\n`,
    { isExtending: true, readsContext: true, instructions: ["COPY --chown=1:1 a b"] },
  ],
  ["ADD reads the context", `${head}ADD a /\n`, { isExtending: true, readsContext: true, instructions: ["ADD a /"] }],
  [
    "a bind mount reads the context",
    `${head}RUN --mount=type=bind,target=/x ls /x\n`,
    { isExtending: true, readsContext: true, instructions: ["RUN --mount=type=bind,target=/x ls /x"] },
  ],
])("the analysis of a Dockerfile finds that %s", ([, text, expected]) =>
  expect(dockerfileFacts(text)).toEqual({ ...nothing, ...expected }),
);
