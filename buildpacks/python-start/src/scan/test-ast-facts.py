"""Prints the facts of Python modules as JSON lines, read with Python's own parser: the reference for module-facts.ts."""

import ast
import json
import sys


def dotted(node):
    """The names of `a.b.c`, or of what follows a call or a subscript, as in `f().b.c`."""
    names = []
    while isinstance(node, ast.Attribute):
        names.insert(0, node.attr)
        node = node.value
    if isinstance(node, ast.Name):
        return ".".join([node.id, *names])
    return ".".join(names) if isinstance(node, (ast.Call, ast.Subscript)) and names else None


def is_chain(node):
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name)


def value(node):
    if is_chain(node):
        return ["name", dotted(node)]
    if isinstance(node, ast.Call) and is_chain(node.func):
        return ["call", dotted(node.func)]
    return ["unknown"]


def needs_arguments(args):
    positional = len(args.posonlyargs) + len(args.args)
    return positional > len(args.defaults) or None in args.kw_defaults


def targets_of(statement):
    if isinstance(statement, ast.Assign):
        return statement.targets
    return [statement.target] if isinstance(statement, ast.AnnAssign) and statement.value else []


def condition_scope(test):
    text = ast.unparse(test)
    if "__name__ == '__main__'" in text or "'__main__' == __name__" in text:
        return "main"
    return "never" if "TYPE_CHECKING" in text and "not" not in text else "module"


def outside_of_strings(node):
    """All nodes, but those in the fields of formatted strings."""
    yield node
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.JoinedStr):
            yield from outside_of_strings(child)


class Facts:
    def __init__(self):
        self.names = {}
        self.imports = []
        self.stars = []
        self.called = set()
        self.methods = set()
        self.has_main = False

    def module(self, tree):
        self.block(tree.body)
        for node in outside_of_strings(tree):
            if isinstance(node, ast.Call):
                name = dotted(node.func)
                if name is not None:
                    self.called.add(name)
                elif isinstance(node.func, ast.Attribute):
                    self.methods.add(node.func.attr)
            if isinstance(node, ast.Import):
                self.imports += [each.name if each.asname else each.name.split(".")[0] for each in node.names]
            if isinstance(node, ast.ImportFrom):
                self.from_import("." * node.level + (node.module or ""), node.names)

    def from_import(self, module, names):
        for each in names:
            self.imports.append(module if each.name == "*" else module + "." + each.name)
            if each.name == "*":
                self.stars.append(module)

    def block(self, statements):
        for each in statements:
            self.bind(each)
            if isinstance(each, ast.If):
                scope = condition_scope(each.test)
                self.has_main = self.has_main or scope == "main"
                if scope == "module":
                    self.block(each.body)
                self.block(each.orelse)
            elif not isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                for field in ("body", "handlers", "cases", "orelse", "finalbody"):
                    for part in getattr(each, field, []):
                        self.block([part] if isinstance(part, ast.stmt) else part.body)

    def bind(self, each):
        if isinstance(each, ast.Import):
            for name in each.names:
                self.names[name.asname or name.name.split(".")[0]] = ["import", name.name if name.asname else name.name.split(".")[0]]
        elif isinstance(each, ast.ImportFrom):
            for name in each.names:
                if name.name != "*":
                    self.names[name.asname or name.name] = ["import", "." * each.level + (each.module or "") + ":" + name.name]
        elif isinstance(each, ast.FunctionDef):
            self.names[each.name] = ["function", needs_arguments(each.args)]
        elif isinstance(each, (ast.AsyncFunctionDef, ast.ClassDef)):
            self.names[each.name] = ["unknown"]
        else:
            self.assign(each)

    def assign(self, each):
        targets = targets_of(each)
        names = [target.id for target in targets if isinstance(target, ast.Name)]
        if names:
            for name in names:
                self.names[name] = value(each.value)
        elif len(targets) == 1 and isinstance(targets[0], ast.Tuple) and all(isinstance(name, ast.Name) for name in targets[0].elts):
            of_call = value(each.value)
            for index, name in enumerate(targets[0].elts):
                self.names[name.id] = of_call if index == 0 and of_call[0] == "call" else ["unknown"]


for path in sys.stdin.read().splitlines():
    with open(path, encoding="utf-8") as file:
        facts = Facts()
        facts.module(ast.parse(file.read()))
        print(json.dumps({
            "path": path,
            "names": facts.names,
            "imports": sorted(set(facts.imports)),
            "stars": sorted(set(facts.stars)),
            "called": sorted(facts.called),
            "methods": sorted(facts.methods),
            "hasMain": facts.has_main,
        }))
