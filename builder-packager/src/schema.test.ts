import * as v from "valibot";
import { expect, test } from "vitest";
import { anyCaseObject, looseObject, object, record } from "./schema.ts";

const text = v.optional(v.string(), "default");
const schemas = {
  object: object({ key: text }),
  looseObject: looseObject({ key: text }),
  record: record(v.string(), v.string()),
  anyCaseObject: anyCaseObject({ key: text }),
} as const;

test.for(Object.entries(schemas))("schema %s accepts objects, but no lists, dates or scalars", ([, schema]) => {
  expect(v.parse(schema, { key: "value" })).toEqual({ key: "value" });
  for (const value of [[], ["key"], [{ key: "value" }], new Date(), null, undefined, "key", 1, true])
    expect(v.safeParse(schema, value)).toMatchObject({ success: false, issues: [{ type: schema.type, input: value }] });
});

test("a validation issue in a nested table has its full path", () => {
  const { issues } = v.safeParse(object({ types: schemas.object }), { types: [] });
  expect(issues?.map((issue) => [v.getDotPath(issue), issue.expected, issue.received])).toEqual([
    ["types", "Object", "Array"],
  ]);
});

test("partial() keeps the checks of a schema", () => {
  expect(v.is(v.partial(object({ key: v.string() })), [])).toBe(false);
  expect(v.is(v.partial(object({ key: v.string() })), {})).toBe(true);
});

test.for<[given: object, decoded: object]>([
  [{ KEY: "a" }, { key: "a" }],
  [{ Key: "a", key: "b" }, { key: "b" }],
  [{ key: "b", Key: "a" }, { key: "b" }],
  [{ "\u212Aey": "Kelvin" }, { key: "Kelvin" }],
  [{ keys: "a" }, { key: "default" }],
])(
  "a schema that ignores the letter case of the key `key`, with the default value `default`, reads %j as %j",
  ([given, decoded]) => {
    expect(v.parse(schemas.anyCaseObject, given)).toEqual(decoded);
    expect(v.parse(schemas.object, { KEY: "a" })).toEqual({ key: "default" });
  },
);
