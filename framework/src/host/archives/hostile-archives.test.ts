import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { array, assert, asyncProperty, constant, constantFrom, oneof, record, tuple } from "fast-check";
import { pack } from "tar-stream";
import { expect, test } from "vitest";
import { zipOf } from "../../../../test/support/zip.ts";
import { inTemporaryDirectory } from "../files/temporary-directory.ts";
import { readFileMap, writeFileMap } from "../files/tree.ts";
import { extractArchive } from "./archive.ts";

/** An entry of any archive. */
interface Entry {
  readonly type: "file" | "directory" | "symlink" | "link";
  readonly name: string;
  readonly target: string;
}

const part = constantFrom("a", "b", "A", "..", ".", "", "outside", "secret");
const path = tuple(constantFrom("", "", "", "/"), array(part, { minLength: 1, maxLength: 4 })).map(
  ([start, parts]) => start + parts.join("/"),
);
const kind = oneof(constant("file" as const), constantFrom("directory" as const, "symlink" as const, "link" as const));
const entries = array(record({ type: kind, name: path, target: path }), { minLength: 1, maxLength: 8 });

async function tarOf(list: readonly Entry[]): Promise<Buffer> {
  const tar = pack();
  for (const { type, name, target } of list) {
    const links = type === "symlink" || type === "link";
    tar.entry({ name: name || "x", type, ...(links && { linkname: target || "x" }) }, type === "file" ? "evil" : "");
  }
  tar.finalize();
  return collected(tar);
}

const typeBits = { directory: 0o040755, file: 0o100644, link: 0o100644, symlink: 0o120777 };
const makeZip = async (list: readonly Entry[]): Promise<Buffer> =>
  zipOf(
    list.map(({ type, name, target }) => ({
      name: (name || "x") + (type === "directory" ? "/" : ""),
      mode: typeBits[type],
      text: { directory: "", file: "evil", link: "evil", symlink: target }[type],
    })),
  );

async function collected(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

test.for([
  ["tar", tarOf],
  ["zip", makeZip],
] as const)(
  "no %s archive writes outside its target directory, and a refused archive leaves no files",
  async ([, make]) => {
    let extracted = 0;
    await assert(
      asyncProperty(entries, async (list) => {
        await inTemporaryDirectory(async (root) => {
          await writeFileMap(root, { "outside/secret": "untouched" });
          await writeFile(join(root, "archive"), await make(list));
          const done = await extractArchive(join(root, "archive"), join(root, "out")).then(
            () => true,
            ({ code }) => {
              expect(code).toMatch(/^ARCHIVE_(UNSAFE|INVALID)$/);
              return false;
            },
          );
          const { archive, ...files } = await readFileMap(root);
          const others = Object.keys(files).filter((name) => !name.startsWith("out/"));
          expect([others, files["outside/secret"]]).toEqual([["outside/secret"], "untouched"]);
          if (!done) expect(Object.keys(files)).toEqual(["outside/secret"]);
          const leading = Object.values(files).filter((text) => /^-> (\/|(\.\.\/){4})/.test(String(text)));
          expect(leading).toEqual([]);
          if (done) extracted++;
        });
      }),
      { numRuns: 200, seed: 1 },
    );
    expect(extracted).toBeGreaterThan(10); // the rules do not refuse everything
  },
);
