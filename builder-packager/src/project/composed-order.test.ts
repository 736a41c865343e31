import type { Group } from "libcnb/lifecycle-rules";
import { expect, test } from "vitest";
import { composedOrder, type OrderElement } from "./composed-order.ts";

const element = (id: string) => ({ id, version: "1" });
const group = (names: string): Group => names.split(" ").filter(Boolean).map(element);
const resolved = (names: string): OrderElement[] =>
  names
    .split(" ")
    .filter(Boolean)
    .map((name) => (name === "*" ? "builder-order" : element(name)));
const builder = ["a b", "a"].map(group);

// the examples in a comment of pack's client.processBuildpacks, and what its code does with pre and post
test.for<readonly [declared: string, pre: string, post: string, expected: readonly string[]]>([
  ["", "", "", ["a b", "a"]],
  ["* x", "", "", ["a b x", "a x"]],
  ["x * y", "", "", ["x a b y", "x a y"]],
  ["x", "", "", ["x"]],
  ["a", "", "", ["a"]],
  ["*", "p", "q", ["a b", "a"]],
  ["x", "p", "q", ["x"]],
  ["", "p", "q", ["p a b q", "p a q"]],
  ["", "p q", "r s", ["q p a b r s", "q p a r s"]],
])(
  'with the builder\'s order "a b" or "a", the app\'s group %j (*: the builder\'s order), --pre-buildpack %j and --post-buildpack %j, the groups are %j',
  ([declared, pre, post, expected]) => {
    const order = composedOrder(builder, { group: resolved(declared), pre: group(pre), post: group(post) });
    expect(order).toEqual(expected.map(group));
  },
);

test("the builder's order may be included only once", () => {
  expect(() => composedOrder(builder, { group: resolved("* x *"), pre: [], post: [] })).toThrow(
    expect.objectContaining({ code: "ARGUMENT_INVALID" }),
  );
});
