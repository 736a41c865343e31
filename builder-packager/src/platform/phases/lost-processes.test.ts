import { expect, test } from "vitest";
import { lostProcesses } from "./lost-processes.ts";

const image = (types: unknown, entrypoint = "/cnb/process/web") => ({
  config: {
    Entrypoint: [entrypoint],
    Labels: { "io.buildpacks.build.metadata": JSON.stringify({ processes: types }) },
  },
});
const config = (types: unknown, entrypoint?: string) =>
  image(types, entrypoint) as unknown as Parameters<typeof lostProcesses>[0];
const typed = (...types: readonly string[]) => types.map((type) => ({ type }));

test("a rebuilt image without processes causes one warning about the removed processes and one about the removed default process", () => {
  expect(lostProcesses(config(typed("web")), { types: [], defaultType: undefined })).toEqual([
    "The previous image had the process web. The new one has no process.",
    "The default process was web. The new image has no default process, so starting it requires a command.",
  ]);
});

test.for<[string, unknown]>([
  ["is not a list", 7],
  ["has no valid types", [null, {}, { type: 7 }, { type: "a b" }, { type: "../x" }]],
])("a previous image's label whose process list %s causes no warning", ([, types]) => {
  expect(lostProcesses(config(types), { types: ["job"], defaultType: "job" })).toEqual([]);
});

test("a warning about many removed processes names at most ten", () => {
  const before = Array.from({ length: 1000 }, (_, index) => `p${String(index).padStart(3, "0")}`);
  expect(lostProcesses(config(typed(...before), "/x"), { types: ["job"], defaultType: undefined })).toEqual([
    "The previous image had the processes p000, p001, p002, p003, p004, p005, p006, p007, p008, p009 and 990 more. The new one has the process job.",
  ]);
});
