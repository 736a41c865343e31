import { type Expression, parseSync, Visitor } from "oxc-parser";
import { literalText, locationIn, sources, type Text } from "./english-texts.ts";

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}
type Call = Extract<Expression, { type: "CallExpression" }>;
type ObjectLiteral = Extract<Expression, { type: "ObjectExpression" }>;

/**
 * The names of tests as a failure shows them: after the names of their groups, once for each row of
 * a table that is in the same file. They include the names of cases in tables of `expectEach` and
 * `hostileTests`. A value that only a run of the tests knows is left as in the source.
 */
export function testNames(...patterns: readonly string[]): readonly Text[] {
  return sources(...patterns).flatMap(([file, source]) =>
    namesIn(file, source).map(({ text, start }) => ({ text, location: locationIn(file, source, start) })),
  );
}

interface Name {
  readonly text: string;
  readonly start: number;
}

function namesIn(file: string, source: string): readonly Name[] {
  const found: Name[] = [];
  const groups: { readonly title: string; readonly end: number }[] = [];
  const { program } = parseSync(file, source);
  const constants = constantsIn(program);
  const add = (text: string, start: number) =>
    found.push({ text: [...groups.map(({ title }) => title), text].join(" "), start });
  new Visitor({
    CallExpression: (call) => {
      while ((groups.at(-1)?.end ?? call.end) < call.end) groups.pop();
      const callee = source.slice(call.callee.start, call.callee.end);
      if (/^expect[A-Z]/.test(callee)) for (const name of caseNames(call, constants)) add(name, call.start);
      const kind = /^(test|describe|row)\b/.exec(callee)?.[1];
      const [first, second] = call.arguments;
      const title = literalText((kind === "row" ? second : first) ?? call);
      if (kind === undefined || title === undefined) return;
      const names = filled(title, rowsOf(call, constants), source);
      if (kind !== "describe") for (const name of names) add(name, call.callee.end);
      if (kind !== "test") groups.push({ title: kind === "row" ? `${title}:` : (names[0] ?? title), end: call.end });
    },
    ObjectExpression: (object) => {
      const title = source.includes("hostileTests") && hostileTitle(object);
      if (title) found.push({ text: `cnb refuses ${title}`, start: object.start });
    },
  }).visit(program);
  return found;
}

type Constants = ReadonlyMap<string, Node>;

function constantsIn(program: Parameters<Visitor["visit"]>[0]): Constants {
  const constants = new Map<string, Node>();
  new Visitor({
    VariableDeclarator: ({ id, init }) => {
      if (id.type === "Identifier" && init) constants.set(id.name, init);
    },
  }).visit(program);
  return constants;
}

/** A title once for each row of its table; as it is in the source if there are no rows. */
const filled = (title: string, rows: readonly Node[], source: string): readonly string[] =>
  rows.length === 0 ? [title] : rows.map((row) => filledWith(title, row, source));

/** A title with the values of a row: `%s` by position, `$name` by property, and `%j` as JSON. */
function filledWith(title: string, row: Node, source: string): string {
  const values = row.type === "ArrayExpression" ? (row as ArrayLiteral).elements : [row];
  let index = 0;
  return title.replace(/%[a-z]|\$[a-z]+/gi, (gap) => {
    const value = gap.startsWith("%") ? values[index++] : propertyOf(row, gap.slice(1));
    const text = value && literalText(value);
    if (gap === "%j" && text !== undefined) return JSON.stringify(text);
    return (value && shownValue(value, source)) ?? gap;
  });
}

/** A property of a row. A row that a function creates has its first argument, or a property of it, as `name`. */
function propertyOf(row: Node, name: string): Node | undefined {
  if (row.type === "ObjectExpression") return property(row as ObjectLiteral, name);
  if (row.type !== "CallExpression" || name !== "name") return undefined;
  const [first] = (row as Call).arguments;
  return first?.type === "ObjectExpression" ? property(first as ObjectLiteral, name) : first;
}

/** A value as a title shows it: a text, or the source of a short expression; undefined for any longer one. */
function shownValue(value: Node, source: string): string | undefined {
  const code = source.slice(value.start, value.end).replace(/\s+/g, " ");
  return literalText(value) ?? numberText(code) ?? (code.length > 160 ? undefined : code);
}

/** A number in any notation of JavaScript, such as `0o755`, as a test run prints it. */
const numberText = (code: string): string | undefined =>
  /^-?\d[\w.]*$/.test(code) ? String(Number(code.replaceAll("_", ""))) : undefined;

type ArrayLiteral = Extract<Expression, { type: "ArrayExpression" }>;
type Conditional = Extract<Expression, { type: "ConditionalExpression" }>;

/** The rows of the table of `test.for` or `test.each`, as far as they are literals in the same file. */
function rowsOf({ callee }: Call, constants: Constants): readonly Node[] {
  const table = callee.type === "CallExpression" ? callee.arguments[0] : undefined;
  return table ? rowsIn(table, constants) : [];
}

/** The rows of a list, of lists that are spread into it, of the first case of a condition, and of a table's entries or keys. */
function rowsIn(table: Node, constants: Constants): readonly Node[] {
  const node = literalOf(table, constants);
  if (node?.type === "ConditionalExpression") {
    const { consequent } = node as Conditional;
    return rowsIn(consequent, constants);
  }
  if (node?.type === "CallExpression") return entriesIn(node as Call, constants);
  if (node?.type !== "ArrayExpression") return [];
  return (node as ArrayLiteral).elements.flatMap((row) => {
    if (!row) return [];
    return row.type === "SpreadElement" ? rowsIn(row.argument, constants) : [row];
  });
}

/** The rows of `Object.entries(table)`, with a key and its value, or of `Object.keys(table)`, with a key alone. */
function entriesIn({ callee, arguments: [table] }: Call, constants: Constants): readonly Node[] {
  if (callee.type !== "MemberExpression") return [];
  const { object: owner, property: method } = callee;
  if (owner.type !== "Identifier" || owner.name !== "Object" || method.type !== "Identifier") return [];
  const object = table && literalOf(table, constants);
  if (object?.type !== "ObjectExpression") return [];
  return (object as ObjectLiteral).properties.flatMap((each) => {
    if (each.type !== "Property") return [];
    const elements = method.name === "entries" ? [keyNode(each.key), each.value] : [keyNode(each.key)];
    return [{ ...each, type: "ArrayExpression", elements }];
  });
}

/** A key as a text, whether or not it is in quotes. */
const keyNode = (key: Node): Node => ({ ...key, type: "Literal", value: keyOf(key) }) as Node;

/** The literal behind a name of a constant and the types of TypeScript. */
function literalOf(node: Node, constants: Constants): Node | undefined {
  if (node.type === "Identifier") {
    const constant = constants.get((node as unknown as { readonly name: string }).name);
    return constant && literalOf(constant, constants);
  }
  return /^TS(As|Satisfies)Expression$/.test(node.type)
    ? literalOf((node as unknown as { readonly expression: Node }).expression, constants)
    : node;
}

/** The names of the cases in a table of `expectEach`: the keys of an object whose values are all lists. */
function caseNames({ arguments: [table] }: Call, constants: Constants): readonly string[] {
  const object = table && literalOf(table, constants);
  if (object?.type !== "ObjectExpression") return [];
  const { properties } = object as ObjectLiteral;
  return properties.every((each) => each.type === "Property" && each.value.type === "ArrayExpression")
    ? properties.flatMap((each) => (each.type === "Property" ? [keyOf(each.key)] : []))
    : [];
}

/** The title of a case of `hostileTests`, or the first argument of the function that creates the case. */
function hostileTitle(object: ObjectLiteral): string | undefined {
  if (property(object, "exitCode") === undefined) return undefined;
  const created = object.properties.find((each) => each.type === "SpreadElement")?.argument;
  const title = created?.type === "CallExpression" ? created.arguments[0] : property(object, "title");
  return title && literalText(title);
}

function property(object: ObjectLiteral, ...names: readonly string[]): Expression | undefined {
  const found = object.properties.find((each) => each.type === "Property" && names.includes(keyOf(each.key)));
  return found?.type === "Property" ? found.value : undefined;
}

const keyOf = (key: Node): string => literalText(key) ?? (key as unknown as { readonly name: string }).name;
