type Json = unknown;
type Keys = readonly (string | number)[];

/** Values of every type, at the borders of what checks accept. */
const values: readonly Json[] = [
  "",
  " ",
  "x",
  "linux",
  "1.2.3",
  "01.2.3",
  "acme/web",
  "../x",
  "..",
  "/x",
  "https://example.com/x",
  "ftp://example.com/x",
  "urn:cnb:registry:acme/web",
  "urn:cnb:builder:acme/web",
  "from=builder",
  "https://",
  "npm:x",
  "CNB_X",
  "CNB_USER_ID",
  "__proto__",
  "app",
  "a\0b",
  "a b",
  "0640",
  "0.1",
  "2030-99-99",
  "pkg:generic/x",
  "sha256:00",
  "x".repeat(5000),
  0,
  1,
  -1,
  2.5,
  2 ** 31,
  2 ** 60,
  true,
  false,
  [],
  ["x"],
  [""],
  ["a/b", 1],
  [{}],
  {},
  { x: "y" },
  { constructor: "y" },
];

/** Documents that differ from a document in one value, or in one key. */
export function changes(document: Json): readonly Json[] {
  return locations(document).flatMap((location) => [
    ...values.map((value) => replaced(document, location, value)),
    ...(location.length > 0 ? [replaced(document, location, undefined)] : []),
    ...keyChanges(document, location),
  ]);
}

function locations(value: Json, location: Keys = []): readonly Keys[] {
  if (Array.isArray(value)) return [location, ...value.flatMap((item, index) => locations(item, [...location, index]))];
  if (!isTable(value)) return [location];
  return [location, ...Object.entries(value).flatMap(([key, item]) => locations(item, [...location, key]))];
}

const isTable = (value: Json): value is Readonly<Record<string, Json>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** An unknown key in a table, each of its keys misspelt, and each item of a list twice. */
function keyChanges(document: Json, location: Keys): readonly Json[] {
  const value = location.reduce<Json>(
    (parent, key) => (parent as Readonly<Record<string | number, Json>>)[key],
    document,
  );
  if (Array.isArray(value)) return value.map((item) => replaced(document, location, [...value, item]));
  if (!isTable(value)) return [];
  const misspelt = Object.entries(value).flatMap(([key, item]) =>
    [`${key}x`, key.slice(1), `${key[1]}${key[0]}${key.slice(2)}`, `${key.slice(0, -1)}Z`]
      .filter((name) => name !== "" && name !== key)
      .map((name) => replaced(document, location, { ...without(value, key), [name]: item })),
  );
  return [replaced(document, location, { ...value, "quite-another": 1 }), ...misspelt];
}

const without = (table: Readonly<Record<string, Json>>, key: string) =>
  Object.fromEntries(Object.entries(table).filter(([name]) => name !== key));

/** A copy with another value at a location; without a value, the key or item is removed. */
function replaced(value: Json, [key, ...rest]: Keys, by: Json): Json {
  if (key === undefined) return by;
  if (Array.isArray(value))
    return value.flatMap((item, index) => {
      if (index !== key) return [item];
      return rest.length === 0 && by === undefined ? [] : [replaced(item, rest, by)];
    });
  const table = value as Readonly<Record<string, Json>>;
  if (rest.length === 0 && by === undefined) return without(table, String(key));
  return { ...table, [key]: replaced(table[key], rest, by) };
}
