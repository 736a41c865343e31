import { expect, test } from "vitest";
import { relocated } from "./install.ts";

test.for([
  ['"prefix": "/install",', '"prefix": "/layers/python",'],
  ['"LIBDIR": "/install/lib",', '"LIBDIR": "/layers/python/lib",'],
  ['"DESTDIRS": "/install /install/lib"', '"DESTDIRS": "/layers/python /layers/python/lib"'],
  [`"CONFIG_ARGS": "'--prefix=/install' '--x'"`, `"CONFIG_ARGS": "'--prefix=/layers/python' '--x'"`],
  ['"INSTALL": "/usr/bin/install -c"', '"INSTALL": "/usr/bin/install -c"'],
  ['"WASM_STDLIB": "./install/lib"', '"WASM_STDLIB": "./install/lib"'],
  ['"CC": "clang -pthread"', '"CC": "cc -pthread"'],
  ['"CXX": "clang++ -pthread"', '"CXX": "c++ -pthread"'],
  ['"LDSHARED": "clang -pthread -shared"', '"LDSHARED": "cc -pthread -shared"'],
  ['"AR": "/tools/llvm/bin/llvm-ar"', '"AR": "ar"'],
  ['"CFLAGS": "-O3 -fdebug-default-version=4 -fPIC"', '"CFLAGS": "-O3 -fPIC"'],
])(
  "the line %j of Python's file _sysconfigdata becomes %j for an installation in /layers/python",
  ([text = "", expected]) => expect(relocated(text, "/layers/python")).toBe(expected),
);

test("a layer's path that contains $& and $1 is written literally into Python's _sysconfigdata", () => {
  expect(relocated('"prefix": "/install"', "/$&/$1")).toBe('"prefix": "/$&/$1"');
});
