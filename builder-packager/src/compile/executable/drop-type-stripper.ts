/**
 * The preamble, in base64, of the WebAssembly module with which Node.js strips types from
 * TypeScript (`\0asm`, version 1).
 */
const preamble = Buffer.from("AGFzbQEAAAAB", "latin1");
/**
 * The minimal length of that module. Smaller modules with the same preamble are the HTTP parser of
 * fetch.
 */
const minimumLength = 1_000_000;
const quote = 0x22;
const zeros = 0x41; // "A"

/**
 * Blanks Node.js's TypeScript compiler in place, which is 1.4 MB after compression. An executable
 * never uses the compiler, because it only loads the bundle, which is JavaScript.
 * As a consequence, `module.stripTypeScriptTypes` fails in an executable.
 */
export function dropTypeStripper(bytes: Buffer): void {
  for (let start = bytes.indexOf(preamble); start >= 0; start = bytes.indexOf(preamble, start + 1)) {
    const end = bytes.indexOf(quote, start);
    if (bytes[start - 1] === quote && end - start >= minimumLength) bytes.fill(zeros, start, end);
  }
}
