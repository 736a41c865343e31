import { join } from "node:path";
import fc from "fast-check";
import { decodeExecDOutput } from "libcnb/spec";
import { expect, test } from "vitest";
import { ended } from "./test-program.ts";

/** What functions of toml.sh print: a script runs once for all values, which are its arguments. */
async function printed(shell: readonly string[], each: string, values: readonly string[]): Promise<readonly string[]> {
  const script = `set -f; usual_ifs=$IFS; LC_ALL=C; . "$0"; for value; do ${each}; done`;
  const file = join(import.meta.dirname, "toml.sh");
  const { stdout } = await ended([...shell, "-c", script, file, ...values], {
    PATH: process.env["PATH"],
    SHLVL: "2", // without it bash reads its settings where it stands behind a socket
  });
  return stdout.split("\n").slice(0, -1);
}

// all that must be escaped, or that parts words, far more often than anywhere
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '"',
        "\\",
        "\n",
        "\t",
        "\r",
        " ",
        "'",
        "\x01",
        "\x02",
        "\x7f",
        "-XX:a=b",
        "*",
        "$x",
        "`",
        "ü",
        "😀",
      ),
      fc.string({ unit: "binary" }),
    ),
  )
  .map((parts) => parts.join("").replaceAll("\0", "").toWellFormed());

/** Tests of what a shell does with texts, so many times. */
export function testTexts(shell: readonly string[], numRuns: number): void {
  test("any text arrives unchanged", async () => {
    const property = fc.asyncProperty(fc.array(hostile, { minLength: 40, maxLength: 60 }), async (values) => {
      const lines = await printed(shell, 'toml_quoted "$value"; printf "value = %s\\n" "$quoted"', values);
      expect(lines.map((line) => decodeExecDOutput(line, "test")["value"])).toEqual(values);
    });
    await fc.assert(property, { numRuns });
  });

  test("bytes are text if they are UTF-8", async () => {
    const bytes = fc.uint8Array({ min: 1, maxLength: 6 });
    const near = fc.constantFrom(
      "c280",
      "c1bf",
      "e0a080",
      "e09fbf",
      "ed9fbf",
      "eda080",
      "efbfbf",
      "f0908080",
      "f08fbfbf",
      "f48fbfbf",
      "f4908080",
      "80",
      "c3",
      "e282",
      "f09f98",
      "c3a941",
      "41c3",
      "ff",
    );
    const any = fc.oneof(
      bytes,
      near.map((hex) => Uint8Array.from(Buffer.from(hex, "hex"))),
    );
    const property = fc.asyncProperty(fc.array(any, { minLength: 60, maxLength: 80 }), async (values) => {
      // programs get what is no text from a shell alone
      const octal = values.map((value) =>
        Array.from(value, (byte) => `\\${byte.toString(8).padStart(3, "0")}`).join(""),
      );
      const lines = await printed(shell, 'is_text "$(printf "$value.")" && echo yes || echo no', octal);
      expect(lines).toEqual(values.map((value) => (isUtf8(value) ? "yes" : "no")));
    });
    await fc.assert(property, { numRuns });
  });

  test("a long text arrives unchanged, too", async () => {
    const long = '\\"é\n'.repeat(4000);
    const [line = ""] = await printed(
      shell,
      'is_text "$value" && toml_quoted "$value"; printf "value = %s\\n" "$quoted"',
      [long],
    );
    expect(decodeExecDOutput(line, "test")["value"]).toBe(long);
  });
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
