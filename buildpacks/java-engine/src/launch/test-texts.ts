import { join } from "node:path";
import { decodeExecDOutput } from "libcnb/spec";
import { expect, test } from "vitest";
import { withBytes, withTexts } from "../../../../test/support/generated/texts.ts";
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

/** Tests of a shell's text handling, repeated. */
export function testTexts(shell: readonly string[], numRuns: number): void {
  test("any text arrives unchanged", async () => {
    await withTexts(numRuns, async (values) => {
      const lines = await printed(shell, 'toml_quoted "$value"; printf "value = %s\\n" "$quoted"', values);
      expect(lines.map((line) => decodeExecDOutput(line, "test")["value"])).toEqual(values);
    });
  });

  test("bytes are text if they are UTF-8", async () => {
    await withBytes(numRuns, async (values) => {
      // programs get what is no text from a shell alone
      const octal = values.map((value) =>
        Array.from(value, (byte) => `\\${byte.toString(8).padStart(3, "0")}`).join(""),
      );
      const lines = await printed(shell, 'is_text "$(printf "$value.")" && echo yes || echo no', octal);
      expect(lines).toEqual(values.map((value) => (isUtf8(value) ? "yes" : "no")));
    });
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
