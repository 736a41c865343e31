import { AsyncLocalStorage, AsyncResource } from "node:async_hooks";
import { report, reportLater } from "./report.ts";

/* The packager turns async functions into generators for programs that import `node:async_hooks`. */

const storage = new AsyncLocalStorage<string>();
const second = new AsyncLocalStorage<number>();
const pause = () => new Promise<void>((resolve) => setImmediate(resolve));

report("run", () => [
  storage.getStore(),
  storage.run("a", () => [storage.getStore(), storage.run("b", () => storage.getStore()), storage.getStore()]),
  storage.getStore(),
]);
report("run, thrown", () => {
  try {
    storage.run("a", () => {
      throw new Error("mine");
    });
  } catch {
    return storage.getStore();
  }
  return "not thrown";
});
report("exit", () => storage.run("a", () => [storage.exit(() => storage.getStore()), storage.getStore()]));
report("arguments", () => storage.run("a", (x: number, y: number) => [x, y, storage.getStore()], 1, 2));
report("two", () => storage.run("a", () => second.run(5, () => [storage.getStore(), second.getStore()])));
report("bind", () => {
  const bound = storage.run("a", () => AsyncLocalStorage.bind(() => storage.getStore()));
  return [bound(), storage.run("b", () => bound())];
});
report("snapshot", () => {
  const snapshot = storage.run("a", () => AsyncLocalStorage.snapshot());
  return storage.run("b", () => snapshot((x: number) => [x, storage.getStore()], 3));
});
report("resource", () => {
  const resource = storage.run("a", () => new AsyncResource("mine"));
  return [resource.runInAsyncScope(() => storage.getStore()), resource.bind(() => storage.getStore())()];
});
// Top-level await cannot be made a generator.
async function reportAll(): Promise<void> {
  await reportLater("then", () =>
    storage.run("a", () =>
      Promise.resolve()
        .then(() => storage.getStore())
        .then((value) => [value, storage.getStore()])
        .finally(() => {}),
    ),
  );
  await reportLater("catch", () =>
    storage.run("a", () => Promise.reject(new Error("mine")).catch(() => storage.getStore())),
  );
  await reportLater("await", () =>
    storage.run("a", async () => {
      const before = storage.getStore();
      await pause();
      const between = storage.getStore();
      await null;
      return [before, between, storage.getStore()];
    }),
  );
  await reportLater("nested tasks", async () => {
    const task = (name: string) =>
      storage.run(name, async () => {
        await pause();
        const inner = await storage.run(`${name}${name}`, async () => {
          await pause();
          return storage.getStore();
        });
        return [inner, storage.getStore()];
      });
    return [await Promise.all([task("a"), task("b")]), storage.getStore()];
  });
  await reportLater("async generator", () =>
    storage.run("a", async () => {
      const seen: unknown[] = [];
      async function* values() {
        yield storage.getStore();
        await pause();
        yield storage.getStore();
      }
      for await (const value of values()) {
        seen.push(value, storage.getStore());
      }
      return seen;
    }),
  );
  await reportLater("Promise.all", () =>
    storage.run("a", () => Promise.all([1, Promise.resolve(2)]).then((all) => [all, storage.getStore()])),
  );
}

void reportAll();
