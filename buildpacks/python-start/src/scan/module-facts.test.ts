import { expect, test } from "vitest";
import { moduleFacts, type Value } from "./module-facts.ts";

const call = (callee: string, ...args: readonly string[]): Value => ({ kind: "call", callee, args });
const named = (name: string): Value => ({ kind: "name", name });
const imported = (module: string, name?: string): Value => ({ kind: "import", module, name });
const unknown: Value = { kind: "unknown" };
const func = (needsArguments: boolean): Value => ({ kind: "function", needsArguments });

test.for<[string, string, Readonly<Record<string, Value>>]>([
  [
    "the result of a call with arguments",
    "app = FastAPI(title='app = 1', x=[a, b.c])",
    { app: call("FastAPI", "a", "b") },
  ],
  ["the result of a call with a type annotation", "app: FastAPI = fastapi.FastAPI()", { app: call("fastapi.FastAPI") }],
  [
    "the result of a call over several lines",
    "app = Flask(\n    __name__,\n    static_folder=None,\n)",
    { app: call("Flask", "__name__", "None") },
  ],
  ["a chain of assignments", "app = application = make()", { app: call("make"), application: call("make") }],
  ["an attribute of a call as unknown", "app = make().wsgi", { app: unknown }],
  [
    "the value of the first name of a tuple, and the other names as unknown",
    "app, rt = fast_app()",
    { app: call("fast_app"), rt: unknown },
  ],
  ["a reference to another name", "server = app.server", { server: named("app.server") }],
  ["no names in comparisons, attributes and items", "app == 1\napp.x = 2\napp['y'] = 3", {}],
  [
    "a call that wraps the previous value",
    "app = A()\napp = B(app, 1)",
    { app: { kind: "call", callee: "B", args: ["app"], before: call("A") } },
  ],
  [
    "imported modules and names",
    "import a.b\nimport c.d as e, f\nfrom .g import (h as i,\n  j, # k\n)\nfrom l import *",
    { a: imported("a"), e: imported("c.d"), f: imported("f"), i: imported(".g", "h"), j: imported(".g", "j") },
  ],
  [
    "names in blocks of the module",
    "try:\n    a = A()\nexcept X:\n    b = B()\nif x:\n  c = C(); d = D()",
    { a: call("A"), b: call("B"), c: call("C"), d: call("D") },
  ],
  [
    "no names in functions, classes, __main__ and TYPE_CHECKING",
    "def f():\n    a = A()\nclass C:\n    b = B()\nif __name__ == '__main__':\n    c = C()\nif TYPE_CHECKING:\n    from x import y",
    { f: func(false), C: unknown },
  ],
  ["names after a block", "def f():\n\tpass\n  # comment\nb = B()", { f: func(false), b: call("B") }],
  [
    "functions and whether they need arguments",
    "def a(): pass\ndef b(x): pass\ndef c(x=1, *y, z: dict[str, int] = {}, **w) -> A: pass\ndef d(*, x): pass\nasync def e(): pass\ndef g(x: int = 1, /): pass",
    { a: func(false), b: func(true), c: func(false), d: func(true), e: unknown, g: func(false) },
  ],
  [
    "statements after the colon of a compound statement",
    "try: a = A()\nexcept X: b = B()\ndef f(): c = C()\nwhile d := D(): pass",
    { a: call("A"), b: call("B"), f: func(false) },
  ],
  ["a name between attributes in a chain of assignments", "app.server = server = make()", { server: call("make") }],
  ["the result of a call in parentheses", "app = (make())", { app: call("make") }],
  ["a constant as unknown", "app = None", { app: unknown }],
  ["no names in string literals", '"""\napp = FastAPI()\n"""\nx = f"{app = }"', { x: unknown }],
])("the search for names that a Python module assigns finds %s", ([, source, expected]) => {
  expect(Object.fromEntries(moduleFacts(source).names)).toEqual(expected);
});

test.for<[string, string, { readonly hasMain: boolean; readonly acts: boolean }]>([
  [
    "neither a __main__ block nor other code in a module with only definitions",
    "import a\ndef b(): c()\nd = e()",
    { hasMain: false, acts: false },
  ],
  ["code that runs on import in a module with a call", "import a\na.run()", { hasMain: false, acts: true }],
  ["code that runs on import in a module with a loop", "while True: pass", { hasMain: false, acts: true }],
  ["the __main__ block of a module", "if '__main__' == __name__:\n    a()", { hasMain: true, acts: true }],
])("the analysis of a Python module finds %s", ([, source, expected]) => {
  const { hasMain, acts } = moduleFacts(source);
  expect({ hasMain, acts }).toEqual(expected);
});

test("the calls in each function of a Python module are read", () => {
  const { calls, called, imports } = moduleFacts(
    "from a import B\ndef make():\n    if x:\n        return B(c.d())\nasync def other(): pass",
  );
  expect([Object.fromEntries(calls), [...called], imports]).toEqual([
    { make: ["B", "c.d"], other: [] },
    ["B", "c.d"],
    ["a.B"],
  ]);
});

test.for([" ", "a: ", "a = ", "a, ", "(", "a.", "f(", "import a, ", "def f(a, ", "if x:\n ", ";", "a=b(a)\n"])(
  "a Python module with %j repeated 50 000 times is read in linear time",
  (part) => {
    expect(moduleFacts(part.repeat(50_000)).hasMain).toBe(false);
  },
);
