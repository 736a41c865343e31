import { join } from "node:path";
import { parseExecDOutput } from "libcnb/spec";
import { expect, test } from "vitest";
import { withBytes, withTexts } from "../../../../test/support/generated/texts.ts";
import { ended } from "./test-program.ts";

/** Returns the output of functions in toml.sh. A script runs once for all values, which are its arguments. */
async function printed(shell: readonly string[], each: string, values: readonly string[]): Promise<readonly string[]> {
  const script = `set -f; usual_ifs=$IFS; LC_ALL=C; . "$0"; for value; do ${each}; done`;
  const file = join(import.meta.dirname, "toml.sh");
  const { stdout } = await ended([...shell, "-c", script, file, ...values], {
    PATH: process.env["PATH"],
    SHLVL: "2", // without it bash reads its settings where it stands behind a socket
  });
  return stdout.split("\n").slice(0, -1);
}

/** Defines tests of a shell's string handling, with `numRuns` random texts each. */
export function testTexts(shell: readonly string[], numRuns: number): void {
  test("any text can be quoted and read back unchanged", async () => {
    await withTexts(numRuns, async (values) => {
      const lines = await printed(shell, 'toml_quoted "$value"; printf "value = %s\\n" "$quoted"', values);
      expect(lines.map((line) => parseExecDOutput(line, "test")["value"])).toEqual(values);
    });
  });

  test("bytes are recognized as text only if they are UTF-8", async () => {
    await withBytes(numRuns, async (values) => {
      // programs get what is no text from a shell alone
      const octal = values.map((value) =>
        Array.from(value, (byte) => `\\${byte.toString(8).padStart(3, "0")}`).join(""),
      );
      const lines = await printed(shell, 'is_text "$(printf "$value.")" && echo yes || echo no', octal);
      expect(lines).toEqual(values.map((value) => (isUtf8(value) ? "yes" : "no")));
    });
  });

  test("a long text can be quoted and read back unchanged", async () => {
    const long = '\\"é\n'.repeat(4000);
    const [line = ""] = await printed(
      shell,
      'is_text "$value" && toml_quoted "$value"; printf "value = %s\\n" "$quoted"',
      [long],
    );
    expect(parseExecDOutput(line, "test")["value"]).toBe(long);
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
