import { Buffer } from "node:buffer";
import { describe, expect, test } from "vitest";
import { engineFor } from "./engine.ts";
import { payloadOf, withPayload } from "./payload.ts";
import { joinPieces, piecesOf } from "./pieces.ts";

const texts = (...pieces: readonly string[]) => pieces.map((piece) => Buffer.from(piece));

describe("joining the pieces of programs", () => {
  test("stores equal pieces once and returns the byte ranges of each program", () => {
    const { shared, ranges } = joinPieces([texts("engine", "a", "end"), texts("engine", "b", "end")]);
    expect(shared.toString()).toBe("engineaendb");
    expect(ranges).toEqual([
      [[0, 10]],
      [
        [0, 6],
        [10, 1],
        [7, 3],
      ],
    ]);
  });

  test("returns the same byte range twice for a program with a repeated piece", () => {
    const { shared, ranges } = joinPieces([texts("ab", "ab")]);
    expect(shared.toString()).toBe("ab");
    expect(ranges).toEqual([
      [
        [0, 2],
        [0, 2],
      ],
    ]);
  });
});

describe.for(["amd64", "arm64"] as const)("programs of the small JavaScript engine for %s", (arch) => {
  const { program: engine } = engineFor(arch, "launch-linux");
  const program = (own: string) =>
    withPayload(
      engine,
      payloadOf([
        { name: "common", contents: Buffer.from("common module") },
        { name: "main.js", contents: Buffer.from(own) },
      ]),
    );

  test("equal the concatenation of their pieces", () => {
    const whole = program("first");
    expect(Buffer.concat(piecesOf(whole)).equals(whole)).toBe(true);
  });

  test("share the bytes of the engine when they are joined, and are restored from their byte ranges", () => {
    const programs = [program("first"), program("second")];
    const { shared, ranges } = joinPieces(programs.map(piecesOf));
    const [one = Buffer.alloc(0)] = programs;
    expect(shared.length - one.length).toBeLessThan(5_000);
    const restored = ranges.map((own) => Buffer.concat(own.map(([at, size]) => shared.subarray(at, at + size))));
    expect(restored.map((each, index) => each.equals(programs[index] ?? Buffer.alloc(0)))).toEqual([true, true]);
  });
});
