import { describe, expect, test } from "vitest";
import { LibcnbError } from "../errors.ts";
import { renderError } from "../render-error.ts";
import { boolean, integer, list, oneOf, optional, string, table } from "../spec/schemas/schema.ts";
import type { BindingQuery } from "./binding.ts";
import { bindingOf } from "./binding-of.ts";
import { lazyBindings } from "./bindings.ts";
import type { BindingSource } from "./source.ts";
import { vcapBindings } from "./vcap.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

const source = (name: string, entries: Readonly<Record<string, string | Uint8Array>>): BindingSource => ({
  name,
  origin: `/platform/bindings/${name}`,
  entries: new Map(
    Object.entries(entries).map(([key, value]) => [key, typeof value === "string" ? bytes(value) : value]),
  ),
});

const failure = async (work: () => unknown): Promise<string> => {
  try {
    await work();
  } catch (error) {
    return error instanceof LibcnbError ? renderError(error) : String(error);
  }
  return "no error";
};

describe("service bindings", () => {
  const bindings = lazyBindings(async () => [
    source("orders", { type: "postgresql", provider: "aws" }),
    source("ca", { type: "CA-Certificates" }),
    source("customers", { type: "PostgreSQL\n", provider: "AWS " }),
    source("copy", { type: "postgresql" }),
  ]);

  test.for<[string, BindingQuery, readonly string[]]>([
    ["by an empty query, which matches every binding", {}, ["ca", "copy", "customers", "orders"]],
    ["by type", { type: "postgresql" }, ["copy", "customers", "orders"]],
    ["by type and provider in any case", { type: "POSTGRESQL", provider: "aws" }, ["customers", "orders"]],
    ["by a type that the binding writes in capitals", { type: "ca-certificates" }, ["ca"]],
    ["by name", { name: "copy" }, ["copy"]],
    ["by name only in the same case", { name: "Copy" }, []],
    ["by an empty provider, which matches bindings without a provider", { provider: "" }, ["ca", "copy"]],
  ])("are found %s", async ([, query, names]) => {
    expect((await bindings.filter(query)).map(({ name }) => name)).toEqual(names);
  });

  test("are found by find(), which returns undefined if no binding matches", async () => {
    expect((await bindings.find({ type: "ca-certificates" }))?.name).toBe("ca");
    expect(await bindings.find({ type: "redis" })).toBeUndefined();
  });

  test("cause an error that lists all matches if several match a query of find()", async () => {
    expect(await failure(() => bindings.find({ type: "postgresql", provider: "aws" }))).toBe(
      `ERROR: 2 bindings match type "postgresql" and provider "aws", but only one is allowed: "customers", "orders" (BINDING_AMBIGUOUS)
HINT: Provide only one of these bindings to the build.
`,
    );
    const one = lazyBindings(async () => [source("a", { type: "x" }), source("b", { type: "y" })]);
    expect(await failure(() => one.find({ type: undefined } as unknown as BindingQuery))).toContain(
      `ERROR: 2 bindings exist, but only one is allowed: "a", "b" (BINDING_AMBIGUOUS)`,
    );
  });

  test("are read on the first query and only once", async () => {
    let times = 0;
    const lazy = lazyBindings(async () => {
      times += 1;
      return [];
    });
    expect(times).toBe(0);
    await Promise.all([lazy.all(), lazy.find({}), lazy.filter({})]);
    expect(times).toBe(1);
  });
});

describe("a service binding", () => {
  const db = bindingOf(
    source("db", {
      type: " postgresql\n",
      port: "5432\n",
      hosts: "a,b",
      tls: "on",
      version: "12",
      note: "two\n\n",
      keystore: Uint8Array.of(0xff, 0xfe),
    }),
  );

  test("has entries as text and bytes", () => {
    expect(db).toMatchObject({
      name: "db",
      type: "postgresql",
      keys: ["hosts", "keystore", "note", "port", "tls", "version"],
    });
    expect([db.has("port"), db.has("constructor"), db.has("user")]).toEqual([true, false, false]);
    expect([db.text("port"), db.text("note"), db.bytes("keystore")]).toEqual([
      "5432",
      "two\n",
      Uint8Array.of(255, 254),
    ]);
  });

  test("is decoded by a schema", () => {
    const schema = table({ port: integer, hosts: list(string), tls: boolean, version: string, user: optional(string) });
    const decoded = db.decode(schema);
    decoded.port satisfies number;
    expect(decoded).toEqual({ port: 5432, hosts: ["a", "b"], tls: true, version: "12" });
  });

  test.for<[string, () => unknown, string]>([
    [
      "an entry is missing",
      () => db.text("user"),
      `has no entry "user" (BINDING_INVALID)\nHINT: Add this entry to the binding.`,
    ],
    [
      "an entry read as text is not UTF-8",
      () => db.text("keystore"),
      `has an entry "keystore" that is not UTF-8 (BINDING_INVALID)\nHINT: Correct this entry of the binding.`,
    ],
    [
      "its entries do not match the schema, without showing values",
      () => db.decode(table({ port: oneOf("1", "2"), tls: integer, user: string })),
      `is not valid: port: expected one of "1", "2"; tls: expected an integer; user: is missing (BINDING_INVALID)\nHINT: Correct these entries of the binding.`,
    ],
    [
      "its type is empty",
      () => bindingOf(source("db", { type: " \n" })),
      `has an empty entry "type" (BINDING_INVALID)\nHINT: Write the type of the binding into this entry.`,
    ],
    [
      "it has no type",
      () => bindingOf(source("db", { user: "me" })),
      `has no type (BINDING_INVALID)\nHINT: Add an entry "type" to the binding.`,
    ],
  ])("causes an error if %s", async ([, ask, expected]) => {
    expect(await failure(ask)).toBe(`ERROR: the binding "db" (/platform/bindings/db) ${expected}\n`);
  });
});

describe("VCAP_SERVICES", () => {
  const read = (text: string) =>
    vcapBindings(text, "VCAP_SERVICES").map(({ name, entries }) => [
      name,
      Object.fromEntries([...entries].map(([key, value]) => [key, new TextDecoder().decode(value)])),
    ]);

  test("is parsed into bindings", () => {
    const text = JSON.stringify({
      "p.mysql": [{ name: "orders", label: "p.mysql", tags: ["x"], credentials: { port: 1, tls: { ca: "PEM" } } }],
      "user-provided": [{ name: "ca", credentials: { type: "ca-certificates", "ca.pem": "PEM" } }],
    });
    expect(read(text)).toEqual([
      ["orders", { type: "p.mysql", provider: "p.mysql", port: "1", tls: `{"ca":"PEM"}` }],
      ["ca", { type: "ca-certificates", provider: "user-provided", "ca.pem": "PEM" }],
    ]);
  });

  test.for<[string, string]>([
    ["truncated JSON", `{"a": [{"name": "hunter2"`],
    ["a list", `["hunter2"]`],
    ["a string", `"hunter2"`],
    ["a table of strings", `{"a": "hunter2"}`],
    ["a service whose name is a number", `{"a": [{"name": 1, "credentials": {"password": "hunter2"}}]}`],
    ["a service whose credentials are a string", `{"a": [{"name": "x", "credentials": "hunter2"}]}`],
    [
      "JSON nested 100,000 levels deep",
      `{"a": [{"name": "x", "credentials": {"hunter2": ${"[".repeat(100_000)}${"]".repeat(100_000)}}}]}`,
    ],
  ])("is refused by an error that shows no values if the variable contains %s", async ([, text]) => {
    const shown = await failure(() => read(text));
    expect(shown).toMatch(/^ERROR: VCAP_SERVICES is not valid: .* \(BINDING_INVALID\)\nHINT: /);
    expect(shown).not.toContain("hunter2");
  });
});
