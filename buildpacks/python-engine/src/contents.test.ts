import { describe, expect, test } from "vitest";
import { isDevelopment, isRuntime } from "./contents.ts";

const neither = { tkinter: false, libpython: false };
const both = { tkinter: true, libpython: true };

/** Who has a file: apps, apps with all extras, builds. */
const ownersOf = (name: string): string =>
  [isRuntime(name, neither) && "app", isRuntime(name, both) && "extras", isDevelopment(name) && "build"]
    .filter(Boolean)
    .join(" ");

describe("the contents of a release:", () => {
  test.for([
    ["bin/python3.14", "app extras"],
    ["bin/python3", "app extras"],
    ["bin/python", "app extras"],
    ["bin/python3-config", ""],
    ["bin/pip3.14", ""],
    ["bin/idle3.14", ""],
    ["include/python3.14/Python.h", "build"],
    ["share/man/man1/python3.14.1", ""],
    ["lib/libpython3.14.so.1.0", "extras build"],
    ["lib/libtcl9.0.so", "extras"],
    ["lib/tk9.0/button.tcl", "extras"],
    ["lib/itcl4.3.5/libtcl9itcl4.3.5.so", "extras"],
    ["lib/thread3.0.4/libtcl9thread3.0.4.so", "extras"],
    ["lib/pkgconfig/python3.pc", ""],
    ["lib/python3.14/LICENSE.txt", "app extras"],
    ["lib/python3.14/threading.py", "app extras"],
    ["lib/python3.14/__pycache__/os.cpython-314.pyc", ""],
    ["lib/python3.14/tkinter/ttk.py", "extras"],
    ["lib/python3.14/tkinter", "extras"],
    ["lib/python3.14/turtle.py", "extras"],
    ["lib/python3.14/lib-dynload/_tkinter.cpython-314-x86_64-linux-gnu.so", "extras"],
    ["lib/python3.14/lib-dynload/_dbm.cpython-314-x86_64-linux-gnu.so", "app extras"],
    ["lib/python3.14/lib-dynload/_testcapi.cpython-314-x86_64-linux-gnu.so", ""],
    ["lib/python3.14/test/test_os.py", ""],
    ["lib/python3.14/test", ""],
    ["lib/python3.14/testing.py", "app extras"],
    ["lib/python3.14/__pycache__", ""],
    ["lib/python3.10/distutils/tests/test_core.py", ""],
    ["lib/python3.10/distutils/core.py", "app extras"],
    ["lib/python3.14/unittest/case.py", "app extras"],
    ["lib/python3.14/idlelib/idle.py", ""],
    ["lib/python3.14/pydoc_data/topics.py", ""], // pydoc says that it is absent, all else in it goes on
    ["lib/python3.14/pydoc.py", "app extras"],
    ["lib/python3.14/ensurepip/__init__.py", "build"],
    ["lib/python3.14/config-3.14-x86_64-linux-gnu/Makefile", ""],
    ["lib/python3.14/ensurepip", "build"],
    ["lib/python3.14/site-packages", "build"],
    ["lib/python3.14/site-packages/pip/__init__.py", "build"],
    ["lib/python3.11/site-packages/setuptools/tests/x.py", "build"],
  ])("%s is for: %s", ([name = "", expected]) => expect(ownersOf(name)).toBe(expected));
});
