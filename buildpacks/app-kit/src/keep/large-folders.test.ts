import { expect, test } from "vitest";
import { largeFolders, type SizedEntry } from "./large-folders.ts";

const file = (path: string, size: number): SizedEntry => ({ path, size });

test("directories larger than a megabyte become slices, largest first, except installed dependencies", () => {
  const entries = [
    file("public/film.mp4", 5_000_000),
    file("apps/web/public/a.png", 600_000),
    file("apps/web/public/deep/b.png", 600_000),
    file("apps/web/.next/a.js", 2_000_000),
    file("apps/web/node_modules/next/index.js", 9_000_000),
    file("node_modules/a/index.js", 9_000_000),
    file("src/a.ts", 10),
    file("large.bin", 9_000_000),
  ];
  const installed = ["apps/web/node_modules", "node_modules"];
  expect(largeFolders(entries, ["", "apps/web"], installed)).toEqual(["public", "apps/web/.next", "apps/web/public"]);
  expect(largeFolders(entries, [""], installed)).toEqual(["public", "apps"]);
});

test("large directories become at most 16 slices", () => {
  const entries = Array.from({ length: 40 }, (_, index) => file(`folder${index}/a`, 2_000_000 + index));
  expect(largeFolders(entries, [""], [])).toHaveLength(16);
});
