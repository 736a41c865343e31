import { readFileSync, writeSync } from "node:fs";

/* Each case exhausts something. The argument is its name; the result is printed, or the process fails. */

const depth = 300_000;
const nested = (open, close, inner = "") => open.repeat(depth) + inner + close.repeat(depth);

function deepArray() {
  let value = [];
  for (let index = 0; index < depth; index += 1) {
    value = [value];
  }
  return value;
}

const cases = {
  recursion() {
    const recurse = () => recurse() + 1;
    recurse();
  },
  getters() {
    const value = {
      get a() {
        return this.a;
      },
    };
    return value.a;
  },
  proxies() {
    let value = {};
    for (let index = 0; index < depth; index += 1) {
      value = new Proxy(value, {});
    }
    return value.a;
  },
  "bound functions"() {
    let value = () => 1;
    for (let index = 0; index < 200_000; index += 1) {
      value = value.bind(null);
    }
    return value();
  },
  "JSON.parse": () => JSON.parse(nested("[", "]")),
  "JSON.parse of objects": () => JSON.parse(nested('{"a":', "}", "1")),
  "JSON.stringify": () => JSON.stringify(deepArray()),
  "toString of arrays": () => `${deepArray()}`,
  "flat of arrays": () => deepArray().flat(Number.POSITIVE_INFINITY).length,
  structuredClone: () => structuredClone(deepArray()),
  "regular expression source": () => new RegExp(nested("(", ")", "a")),
  "regular expression classes": () => new RegExp(`[${"a-z".repeat(300_000)}]`).test("a"),
  "regular expression match": () => /^(?:(a)|b|c)*$/.test("a".repeat(5_000_000)),
  "regular expression lookahead": () => new RegExp(`${"(?=".repeat(100_000)}${")".repeat(100_000)}`).test("a"),
  "source text": () => new Function(nested("(", ")", "1"))(),
  "source templates": () => new Function(`return ${"`${".repeat(100_000)}1${"}`".repeat(100_000)}`)(),
  "long sum": () => new Function(`return ${"1+".repeat(500_000)}1`)(),
  destructors() {
    let value = null;
    for (let index = 0; index < depth; index += 1) {
      value = { value };
    }
    value = null;
    let closure = () => 0;
    for (let index = 0; index < depth; index += 1) {
      const former = closure;
      closure = () => former;
    }
    closure = null;
    let map = new Map();
    for (let index = 0; index < 300_000; index += 1) {
      map = new Map([[map, map]]);
    }
    map = null;
    return "done";
  },
  "rope of a text"() {
    let text = "";
    for (let index = 0; index < depth; index += 1) {
      text += "ab";
    }
    let front = "";
    for (let index = 0; index < 20_000; index += 1) {
      front = `ab${front}`;
    }
    return [text.length, text.charCodeAt(5), front.length, front.charCodeAt(7)];
  },
  async promises() {
    let promise = Promise.resolve(0);
    for (let index = 0; index < 300_000; index += 1) {
      promise = promise.then((value) => value + 1);
    }
    const chain = await promise;
    let nestedPromise = Promise.resolve(1);
    for (let index = 0; index < 100_000; index += 1) {
      const former = nestedPromise;
      nestedPromise = new Promise((resolve) => resolve(former));
    }
    return [chain, await nestedPromise];
  },
  async "async recursion"() {
    const recurse = async (left) => (left === 0 ? 0 : (await recurse(left - 1)) + 1);
    return await recurse(1000);
  },
  generators() {
    function* values(left) {
      yield left;
      if (left > 0) {
        yield* values(left - 1);
      }
    }
    let count = 0;
    for (const _ of values(1000)) {
      count += 1;
    }
    return count;
  },
  spread: () => Math.max(...new Array(5_000_000).fill(1)),
  apply: () => String.fromCharCode.apply(null, new Array(5_000_000).fill(65)).length,
  sort: () => [3, 2, 1].sort(() => cases.sort()),
  "huge text": () => "x".repeat(2 ** 30),
  "huge array": () => new Array(2 ** 32),
  "huge buffer": () => new Uint8Array(2 ** 40),
  "huge number": () => 2n ** (2n ** 40n),
  "padded text": () => "a".padEnd(2 ** 30, "b").length,
  "texts of many sizes in turn"() {
    // each list is garbage before the next one; the largest size is one that the engine's allocator keeps
    for (let size = 600; size < 8000; size *= 1.3) {
      const list = [];
      for (let bytes = 0; bytes < 60e6; bytes += size) {
        list.push("x".repeat(size));
      }
    }
    return "done";
  },
  "joined texts": () => new Array(2 ** 16).fill("x".repeat(2 ** 16)).join("").length,
};

const memory = {
  objects() {
    for (const list = []; ; ) {
      list.push({ a: new Array(1000) });
    }
  },
  "objects of the module"() {
    for (globalThis.all = []; ; ) {
      globalThis.all.push({ a: new Array(1000) });
    }
  },
  buffers() {
    for (const list = []; ; ) {
      list.push(new Uint8Array(1 << 20).fill(1));
    }
  },
  files() {
    for (const list = []; ; ) {
      list.push(readFileSync(process.argv[1]));
    }
  },
  texts() {
    for (let text = "abc"; ; ) {
      text = `${text}${text.slice(1)}`;
      globalThis.all = [...(globalThis.all ?? []), text];
    }
  },
  async promises() {
    for (globalThis.all = []; ; ) {
      globalThis.all.push(new Promise(() => {}));
    }
  },
};

const name = process.argv.at(-1) ?? "";
const run = cases[name] ?? memory[name.replace("memory of ", "")];
if (name.startsWith("memory of ")) {
  await run();
} else {
  let result;
  try {
    result = await run();
    result = typeof result === "object" && !Array.isArray(result) ? "an object" : JSON.stringify(result);
  } catch (error) {
    result = error instanceof Error ? error.name : String(error);
  }
  writeSync(1, `${String(result).slice(0, 100)}\n`);
}
