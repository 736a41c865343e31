import { expect, test } from "vitest";
import { fileOf } from "./start.ts";

test.for<[string, string]>([
  ["node server.js", "server.js"],
  ["node --enable-source-maps dist/main --port 1", "dist/main"],
  ["node -r dotenv/config -C production --import ./a.mjs x.js", "x.js"],
  ["node --require=./a.js --env-file .env x.js", "x.js"],
])("the start script %j is recognized as running the file %j", ([line, expected]) =>
  expect(fileOf(line.split(" "))).toBe(expected),
);

test.for(["node -e 1", "node --run start", "node", "node -r", "next start"])(
  "the start script %j is not recognized as running a file",
  (line) => expect(fileOf(line.split(" "))).toBeUndefined(),
);
