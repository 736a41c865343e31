import { expect, test } from "vitest";
import { moduleFacts, type Value } from "./module-facts.ts";

const call = (callee: string, ...args: readonly string[]): Value => ({ kind: "call", callee, args });
const named = (name: string): Value => ({ kind: "name", name });
const imported = (module: string, name?: string): Value => ({ kind: "import", module, name });
const unknown: Value = { kind: "unknown" };
const func = (needsArguments: boolean): Value => ({ kind: "function", needsArguments });

test.for<[string, string, Readonly<Record<string, Value>>]>([
  ["a call", "app = FastAPI(title='app = 1', x=[a, b.c])", { app: call("FastAPI", "a", "b") }],
  ["a call with its type", "app: FastAPI = fastapi.FastAPI()", { app: call("fastapi.FastAPI") }],
  [
    "a call over lines",
    "app = Flask(\n    __name__,\n    static_folder=None,\n)",
    { app: call("Flask", "__name__", "None") },
  ],
  ["names in a row", "app = application = make()", { app: call("make"), application: call("make") }],
  ["what is called of a call", "app = make().wsgi", { app: unknown }],
  ["the first of a tuple", "app, rt = fast_app()", { app: call("fast_app"), rt: unknown }],
  ["another name", "server = app.server", { server: named("app.server") }],
  ["a comparison, and attributes", "app == 1\napp.x = 2\napp['y'] = 3", {}],
  [
    "what wraps",
    "app = A()\napp = B(app, 1)",
    { app: { kind: "call", callee: "B", args: ["app"], before: call("A") } },
  ],
  [
    "imports",
    "import a.b\nimport c.d as e, f\nfrom .g import (h as i,\n  j, # k\n)\nfrom l import *",
    { a: imported("a"), e: imported("c.d"), f: imported("f"), i: imported(".g", "h"), j: imported(".g", "j") },
  ],
  [
    "what is in blocks of the module",
    "try:\n    a = A()\nexcept X:\n    b = B()\nif x:\n  c = C(); d = D()",
    { a: call("A"), b: call("B"), c: call("C"), d: call("D") },
  ],
  [
    "what is not of the module",
    "def f():\n    a = A()\nclass C:\n    b = B()\nif __name__ == '__main__':\n    c = C()\nif TYPE_CHECKING:\n    from x import y",
    { f: func(false), C: unknown },
  ],
  ["what is behind a block", "def f():\n\tpass\n  # comment\nb = B()", { f: func(false), b: call("B") }],
  [
    "functions",
    "def a(): pass\ndef b(x): pass\ndef c(x=1, *y, z: dict[str, int] = {}, **w) -> A: pass\ndef d(*, x): pass\nasync def e(): pass\ndef g(x: int = 1, /): pass",
    { a: func(false), b: func(true), c: func(false), d: func(true), e: unknown, g: func(false) },
  ],
  ["what is in texts", '"""\napp = FastAPI()\n"""\nx = f"{app = }"', { x: unknown }],
])("names in a module: %s", ([, source, expected]) => {
  expect(Object.fromEntries(moduleFacts(source).names)).toEqual(expected);
});

test.for<[string, string, { readonly hasMain: boolean; readonly acts: boolean }]>([
  ["definitions", "import a\ndef b(): c()\nd = e()", { hasMain: false, acts: false }],
  ["a call", "import a\na.run()", { hasMain: false, acts: true }],
  ["a loop", "while True: pass", { hasMain: false, acts: true }],
  ["a block for running it", "if '__main__' == __name__:\n    a()", { hasMain: true, acts: true }],
])("a module that runs: %s", ([, source, expected]) => {
  const { hasMain, acts } = moduleFacts(source);
  expect({ hasMain, acts }).toEqual(expected);
});

test("functions list the functions they call", () => {
  const { calls, called, imports } = moduleFacts(
    "from a import B\ndef make():\n    if x:\n        return B(c.d())\nasync def other(): pass",
  );
  expect([Object.fromEntries(calls), [...called], imports]).toEqual([
    { make: ["B", "c.d"] },
    ["make", "B", "c.d", "other"],
    ["a.B"],
  ]);
});

test.for([" ", "a: ", "a = ", "a, ", "(", "a.", "f(", "import a, ", "def f(a, ", "if x:\n ", ";", "a=b(a)\n"])(
  "%j repeated 50,000 times is read quickly",
  (part) => {
    expect(moduleFacts(part.repeat(50_000)).hasMain).toBe(false);
  },
);
