import { describe, expect, test } from "vitest";
import { parseElf } from "../executable/elf.ts";
import { engineFor } from "./engine.ts";
import { payloadOf, withPayload } from "./payload.ts";

describe("the payload that is appended to the small JavaScript engine", () => {
  test("consists of the number of files, a row for each file, and the contents", () => {
    const payload = payloadOf([
      { name: "main.js", contents: Buffer.from("AB") },
      { name: "map", contents: Buffer.from("C") },
    ]);
    const row = (nameSize: number, offset: number, size: number, name: string) =>
      Buffer.concat([Buffer.from(Uint32Array.of(nameSize, offset, size).buffer), Buffer.from(name)]);
    const expected = [Buffer.from([2, 0, 0, 0]), row(7, 38, 2, "main.js"), row(3, 40, 1, "map"), Buffer.from("ABC")];
    expect(payload).toEqual(Buffer.concat(expected));
  });

  test.for(["amd64", "arm64"] as const)(
    "is the last ELF segment of the %s engine, at addresses after all other segments",
    (arch) => {
      const { program } = engineFor(arch);
      const before = parseElf(program);
      const all = withPayload(program, Buffer.from("payload"));
      const after = parseElf(all);
      const [segment] = after.segments.slice(-1);
      const offset = all.length - "payload".length;
      const ends = before.segments.map(({ address, memorySize }) => address + memorySize);
      expect(segment).toMatchObject({ type: 1, flags: 4, offset, fileSize: 7, memorySize: 7, align: 0x10000 });
      expect(segment?.address).toBeGreaterThanOrEqual(Math.max(...ends));
      expect([(segment?.address ?? 1) % 0x10000, offset % 0x10000]).toEqual([0, 0]);
      expect(all.toString("utf8", offset)).toBe("payload");
      expect(after.segments.slice(0, -1)).toEqual(before.segments.slice(0, -1));
    },
  );

  test("is refused if the last program header of the ELF file is not the note of the small JavaScript engine", () => {
    const { program } = engineFor("amd64");
    const twice = () => withPayload(withPayload(program, Buffer.from("a")), Buffer.from("b"));
    expect(twice).toThrow("its last program header is not the note of the small engine");
  });
});
