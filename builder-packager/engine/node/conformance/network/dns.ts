import dns, { lookup } from "node:dns";
import { report, reportLater, untyped } from "../report.ts";

/** What a lookup calls back with. */
const found = (name: unknown, options?: unknown): Promise<unknown> =>
  new Promise((resolve) => {
    const done = (...args: unknown[]) => resolve(args);
    const args = options === undefined ? [name, done] : [name, options, done];
    untyped<(...all: unknown[]) => void>(lookup)(...args);
  });

report("the same function", () => dns.lookup === lookup);
for (const name of ["127.0.0.1", "::1", "", "does-not-exist.invalid", false, undefined]) {
  await reportLater(`lookup of ${typeof name} ${name}`, () => found(name));
  await reportLater(`lookup of all of ${typeof name} ${name}`, () => found(name, { all: true }));
}
for (const options of [4, { family: 4 }, { family: "IPv4" }, { family: 4, all: true }, { family: 4, hints: 0x20 }]) {
  await reportLater(`lookup with ${JSON.stringify(options)}`, () => found("localhost", options));
}
for (const options of [
  { order: "ipv4first", all: true },
  { verbatim: false, all: true },
]) {
  await reportLater(`first address with ${JSON.stringify(options)}`, async () => {
    const [error, addresses] = (await found("localhost", options)) as [unknown, readonly unknown[]];
    return [error, addresses[0]];
  });
}
await reportLater("lookup in no family of the name", () => found("127.0.0.1", { family: 6 }));
report("no callback", () => untyped<(name: string) => void>(lookup)("localhost"));
report("no name", () => untyped<(name: unknown, done: () => void) => void>(lookup)(5, () => {}));
for (const options of [5, "a", { family: 5 }, { hints: 0x10000 }]) {
  report(`bad options ${JSON.stringify(options)}`, () =>
    untyped<(name: string, options: unknown, done: () => void) => void>(lookup)("localhost", options, () => {}),
  );
}
