import { parseSync, Visitor } from "oxc-parser";
import { type Attack, attacksOn } from "./slow-texts.ts";

/** A regular expression in a source. */
export interface Expression {
  readonly source: string;
  readonly flags: string;
  readonly attacks: readonly Attack[];
}

/** A node of the syntax tree, with the parts that are looked at here. */
interface Syntax {
  readonly type: string;
  readonly name?: string;
  readonly value?: unknown;
  readonly quasi?: Syntax;
  readonly quasis?: readonly { readonly value: { readonly raw: string; readonly cooked: string } }[];
  readonly expressions?: readonly Syntax[];
}

/** The text of an expression. What only running it would tell is one letter. */
function textOf(node: Syntax | undefined, constants: ReadonlyMap<string, Syntax>, isRaw = false): string {
  if (node?.type === "Literal") return String(node.value);
  if (node?.type === "Identifier") return textOf(constants.get(node.name ?? ""), constants);
  if (node?.type === "TaggedTemplateExpression") return textOf(node.quasi, constants, true);
  if (node?.type !== "TemplateLiteral") return "a";
  const values = (node.expressions ?? []).map((value) => textOf(value, constants));
  return (node.quasis ?? []).map(({ value }, at) => (isRaw ? value.raw : value.cooked) + (values[at] ?? "")).join("");
}

/** The regular expressions of a module: literals, and those made of texts that the module itself has. */
export function expressionsIn(file: string, text: string): readonly Expression[] {
  const found: { readonly source: string; readonly flags: string }[] = [];
  const made: (readonly Syntax[])[] = [];
  const constants = new Map<string, Syntax>();
  new Visitor({
    Literal: (node) => {
      if ("regex" in node && node.regex) found.push({ source: node.regex.pattern, flags: node.regex.flags });
    },
    VariableDeclarator: ({ id, init }) => {
      if (id.type === "Identifier" && init) constants.set(id.name, init as Syntax);
    },
    NewExpression: ({ callee, arguments: args }) => {
      if (callee.type === "Identifier" && callee.name === "RegExp") made.push(args as readonly Syntax[]);
    },
  }).visit(parseSync(file, text).program);
  for (const [source, flags] of made)
    found.push({ source: textOf(source, constants), flags: flags === undefined ? "" : textOf(flags, constants) });
  return found
    .filter(({ source, flags }) => isExpression(source, flags))
    .map(({ source, flags }) => ({ source, flags, attacks: attacksOn(source, flags) }));
}

/** A text of which a part is unknown may be none. */
function isExpression(source: string, flags: string): boolean {
  try {
    return new RegExp(source, flags) instanceof RegExp;
  } catch {
    return false;
  }
}
