/**
 * Creates a collector that stores the first `most` bytes of a program's output, which may be
 * endless. The collector only counts the remaining bytes.
 */
export function keptOutput(most: number): { write(chunk: Uint8Array): void; text(): string } {
  const chunks: Uint8Array[] = [];
  let left = most;
  return {
    write(chunk) {
      if (left > 0) chunks.push(chunk.subarray(0, left));
      left -= chunk.length;
    },
    text: () => Buffer.concat(chunks).toString("utf8") + (left < 0 ? `\n[${-left} bytes more]\n` : ""),
  };
}
