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
  ["extends nothing", head, {}],
  ["names another image", "FROM debian:13\n", { base: "debian:13", args: [] }],
  ["names another image by a platform", "FROM --platform=linux/amd64 debian AS x\n", { base: "debian", args: [] }],
  ["names an image by a variable of its own", "ARG x=debian\nFROM $x\n", { base: "$x", args: ["x"] }],
  [
    "runs commands on several lines",
    `${head}USER root\nRUN a \\\n  && b\n`,
    { isExtending: true, instructions: ["USER root", "RUN a   && b"] },
  ],
  [
    "declares an argument, which counts as an instruction",
    `${head}ARG tools="a b"\n`,
    { isExtending: true, args: ["base_image", "tools"], instructions: ['ARG tools="a b"'] },
  ],
  [
    "is for each build",
    `${head}ARG user_id build_id=0\n`,
    { isExtending: true, args: ["base_image", "user_id", "build_id"], instructions: ["ARG user_id build_id=0"] },
  ],
  [
    "only speaks of build_id",
    `${head}RUN echo build_id # build_id\n`,
    { isExtending: true, instructions: ["RUN echo build_id # build_id"] },
  ],
  [
    "copies",
    `${head}copy --chown=1:1 a b\n`,
    { isExtending: true, readsContext: true, instructions: ["COPY --chown=1:1 a b"] },
  ],
  ["adds", `${head}ADD a /\n`, { isExtending: true, readsContext: true, instructions: ["ADD a /"] }],
  [
    "mounts",
    `${head}RUN --mount=type=bind,target=/x ls /x\n`,
    { isExtending: true, readsContext: true, instructions: ["RUN --mount=type=bind,target=/x ls /x"] },
  ],
])("facts of a Dockerfile: %s", ([, text, expected]) =>
  expect(dockerfileFacts(text)).toEqual({ ...nothing, ...expected }),
);
