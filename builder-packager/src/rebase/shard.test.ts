import { expect, test } from "vitest";
import { parseImageReference } from "../oci/model/reference.ts";
import { isInShard, parseShard, shardName } from "./shard.ts";

test.each(["1/1", "8/8", "2/10000"])("--shard %j is accepted", (text) =>
  expect(`${parseShard(text).index}/${parseShard(text).count}`).toBe(text),
);

test.each([
  ["0+1/8", { index: 1, count: 8 }],
  ["7+1/8", { index: 8, count: 8 }],
  ["9999+1/10000", { index: 10_000, count: 10_000 }],
] as const)("--shard %j counts from 0", (text, shard) => expect(parseShard(text)).toEqual(shard));

test.each([
  "",
  "0/8",
  "9/8",
  "1/0",
  "1",
  "1/",
  "-1/8",
  "1/8/2",
  "a/b",
  "1/10001",
  "1.5/8",
  "8+1/8",
  "1+2/8",
  "+1/8",
  "1+/8",
])("--shard %j is refused, because it does not have the form INDEX/COUNT with INDEX from 1 to COUNT", (text) =>
  expect(() => parseShard(text)).toThrow(`--shard ${text} does not have the form INDEX/COUNT`),
);

const repositories = Array.from({ length: 2000 }, (_, at) => `registry.example.com/team-${at % 40}/app-${at}`);

test.each([1, 2, 3, 8])("with the number of shards %i, each of 2000 repositories is in exactly one shard", (count) => {
  const shards = Array.from({ length: count }, (_, at) => ({ index: at + 1, count }));
  for (const name of repositories) expect(shards.filter((shard) => isInShard(name, shard))).toHaveLength(1);
});

test("8 shards of 2000 repositories have about the same size", () => {
  const sizes = Array.from(
    { length: 8 },
    (_, at) => repositories.filter((name) => isInShard(name, { index: at + 1, count: 8 })).length,
  );
  expect(sizes.reduce((sum, size) => sum + size)).toBe(2000);
  for (const size of sizes) expect(size).toBeGreaterThan(200);
});

test("all tags of a repository are in the same shard, and other images are sharded by their whole name", () => {
  expect(["a:1", "a:2", "a"].map((tag) => shardName(parseImageReference(`example.com/${tag}`)))).toEqual(
    Array(3).fill("example.com/a"),
  );
  expect(shardName(parseImageReference("oci:dist/app"))).toBe("oci:dist/app");
});
