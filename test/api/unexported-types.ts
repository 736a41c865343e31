import { join, relative, sep } from "node:path";
import ts from "typescript-6";
import { root } from "../support/cnb.ts";
import { type EntryPoint, exportsOf, programOf } from "./program.ts";

/**
 * The types of this repository in the signatures of some modules that none of these modules exports, each as
 * `file: Type, in Export`. An author could not name them.
 */
export function unexportedTypes(modules: readonly EntryPoint[], reported: readonly EntryPoint[]): readonly string[] {
  const program = programOf(modules.map(({ source }) => source));
  const exported = new Set(modules.flatMap(({ source }) => exportsOf(program, source).map(({ symbol }) => symbol)));
  const found = new Set<string>();
  for (const { source } of reported)
    for (const { name, symbol } of exportsOf(program, source))
      for (const declaration of symbol.declarations ?? [])
        for (const used of typesIn(program, signatureOf(declaration)))
          if (!exported.has(used) && isOurs(used)) found.add(`${fileOf(used)}: ${used.name}, in ${name}`);
  return [...found].toSorted();
}

/** The parts of a declaration that its users see: no bodies, no private members. */
function signatureOf(declaration: ts.Declaration): readonly ts.Node[] {
  if (ts.isFunctionLike(declaration)) return functionParts(declaration);
  if (ts.isVariableDeclaration(declaration)) {
    if (declaration.type !== undefined) return [declaration.type];
    return declaration.initializer !== undefined && ts.isFunctionLike(declaration.initializer)
      ? functionParts(declaration.initializer)
      : [];
  }
  if (ts.isClassDeclaration(declaration))
    return [...(declaration.heritageClauses ?? []), ...declaration.members.filter(isPublic).flatMap(signatureOf)];
  if (ts.isPropertyDeclaration(declaration)) return declaration.type === undefined ? [] : [declaration.type];
  return [declaration];
}

const functionParts = ({ parameters, type, typeParameters }: ts.SignatureDeclaration): readonly ts.Node[] => [
  ...(typeParameters ?? []),
  ...parameters.flatMap((parameter) => (parameter.type === undefined ? [] : [parameter.type])),
  ...(type === undefined ? [] : [type]),
];

const isPublic = (member: ts.ClassElement): boolean =>
  (ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Private) === 0 &&
  !(member.name !== undefined && ts.isPrivateIdentifier(member.name));

/** The types that some nodes name. What `typeof` names is a value. */
function typesIn(program: ts.Program, nodes: readonly ts.Node[]): readonly ts.Symbol[] {
  const checker = program.getTypeChecker();
  const found: ts.Symbol[] = [];
  const visit = (node: ts.Node): void => {
    const name = namedType(node);
    const symbol = name && checker.getSymbolAtLocation(name);
    if (symbol !== undefined)
      found.push(symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol);
    ts.forEachChild(node, visit);
  };
  for (const node of nodes) visit(node);
  return found;
}

function namedType(node: ts.Node): ts.Node | undefined {
  if (ts.isTypeReferenceNode(node)) return node.typeName;
  return ts.isExpressionWithTypeArguments(node) ? node.expression : undefined;
}

/** True for types of this repository; type parameters belong to their own signature. */
const isOurs = (symbol: ts.Symbol): boolean =>
  (symbol.flags & ts.SymbolFlags.TypeParameter) === 0 &&
  (symbol.declarations ?? []).some(({ parent }) => ts.isSourceFile(parent)) &&
  !fileOf(symbol).startsWith("..") &&
  !fileOf(symbol).split(sep).includes("node_modules");

const fileOf = (symbol: ts.Symbol): string =>
  relative(join(root), symbol.declarations?.[0]?.getSourceFile().fileName ?? root);
