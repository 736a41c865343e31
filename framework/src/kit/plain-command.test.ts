import { expect, test } from "vitest";
import { type PlainCommand, plainCommand } from "./plain-command.ts";

const plain = (words: PlainCommand["words"], env: PlainCommand["env"] = {}): PlainCommand => ({ env, words });

test.for<[string, PlainCommand]>([
  ["node server.js", plain(["node", "server.js"])],
  [
    "  node\t--enable-source-maps  dist/x.js --port=1 ",
    plain(["node", "--enable-source-maps", "dist/x.js", "--port=1"]),
  ],
  ["NODE_ENV=production node dist/main", plain(["node", "dist/main"], { NODE_ENV: "production" })],
  ["A= B='x y' node .", plain(["node", "."], { A: "", B: "x y" })],
  [
    "cross-env NODE_ENV=production PORT=3000 node x.js",
    plain(["node", "x.js"], { NODE_ENV: "production", PORT: "3000" }),
  ],
  ["exec env A=1 node x", plain(["node", "x"], { A: "1" })],
  [
    "node -r dotenv/config --import ./tracing.mjs 'my server.js'",
    plain(["node", "-r", "dotenv/config", "--import", "./tracing.mjs", "my server.js"]),
  ],
  [`node x.js --title="a b"'c'`, plain(["node", "x.js", "--title=a bc"])],
  ["node größe.js", plain(["node", "größe.js"])],
  ["next start -p 4000", plain(["next", "start", "-p", "4000"])],
  ["node x A=1", plain(["node", "x", "A=1"])],
  ["./bin/www", plain(["./bin/www"])],
])("the command %j is split into variables and words", ([line, expected]) =>
  expect(plainCommand(line)).toEqual(expected),
);

test.for([
  "",
  "   ",
  "A=1",
  "''",
  "cd dist && node x.js",
  "cd dist",
  "node a.js; node b.js",
  "node a.js & node b.js",
  "node a.js | tee log",
  "node a.js > log",
  "node $MAIN",
  "node `which x`",
  'node "$MAIN"',
  "A=$B node x.js",
  "node *.js",
  "node x.js # comment",
  "node ~/x.js",
  "node a\\ b.js",
  "node {a,b}.js",
  "(node x.js)",
  "node 'x.js",
  "node x.js\nnode y.js",
  ". ./env.sh",
  "export A=1",
  "! node x.js",
  "node x.js \0",
])("the command %j is not split into words, because it names no program or needs a shell", (line) =>
  expect(plainCommand(line)).toEqual(undefined),
);

test("a command with 200 000 variables is parsed in linear time", () => {
  expect(plainCommand(`${"A=1 ".repeat(200_000)}node x.js`)).toEqual({ env: { A: "1" }, words: ["node", "x.js"] });
});
