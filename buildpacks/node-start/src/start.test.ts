import { expect, test } from "vitest";
import { fileOf } from "./start.ts";

test.for<[string, string | undefined]>([
  ["node server.js", "server.js"],
  ["node --enable-source-maps dist/main --port 1", "dist/main"],
  ["node -r dotenv/config -C production --import ./a.mjs x.js", "x.js"],
  ["node --require=./a.js --env-file .env x.js", "x.js"],
  ["node -e 1", undefined],
  ["node --run start", undefined],
  ["node", undefined],
  ["node -r", undefined],
  ["next start", undefined],
])("the script %s runs %s", ([line, expected]) => expect(fileOf(line.split(" "))).toBe(expected));
