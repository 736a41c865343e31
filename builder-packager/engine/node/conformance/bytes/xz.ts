import { Readable } from "node:stream";
import xz from "xz-decompress";
import { reportLater } from "../report.ts";

/* 24,000 bytes by xz 5.4: with CRC64, SHA-256, the filter for x86, without a checksum. The package reads the first and the last one. */

const HELLO = {
  crc64:
    "/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4F2/AEpdADQZSe6N6ReJOjNf/YJ8ZNOcq/I3Az2wB8D8mrwpy60QCO/P4zKzxPBx2/vPiE+YQ/UtavaO/lm8gddw4e9oHbJwfw4XyjWoNh4AAAAAEZ1Co4ID7WcAAWbAuwEAAO1zXD+xxGf7AgAAAAAEWVo=",
  sha256:
    "/Td6WFoAAArh+wyhAgAhARYAAAB0L+Wj4F2/AEpdADQZSe6N6ReJOjNf/YJ8ZNOcq/I3Az2wB8D8mrwpy60QCO/P4zKzxPBx2/vPiE+YQ/UtavaO/lm8gddw4e9oHbJwfw4XyjWoNh4AAAAAnMlYDZnwolael/jYIGbHGTNsizSk4Kr2aILSLQuNyiIAAX7AuwEAABvz2dC26d8cAgAAAAAKWVo=",
  x86: "/Td6WFoAAAFpIt42AgEEACEBHACHbtrl4F2/AEpdADQZSe6N6ReJOjNf/YJ8ZNOcq/I3Az2wB8D8mrwpy60QCO/P4zKzxPBx2/vPiE+YQ/UtavaO/lm8gddw4e9oHbJwfw4XyjWoNh4AAAAAQSfzlwABYsC7AQAA+zHNpD4wDYsCAAAAAAFZWg==",
  none: "/Td6WFoAAAD/EtlBAgAhARYAAAB0L+Wj4F2/AEpdADQZSe6N6ReJOjNf/YJ8ZNOcq/I3Az2wB8D8mrwpy60QCO/P4zKzxPBx2/vPiE+YQ/UtavaO/lm8gddw4e9oHbJwfw4XyjWoNh4AAAAAAAFewLsBAAAt9nXXqAAK/AIAAAAAAFla",
};

async function unpacked(chunks: readonly Buffer[]): Promise<readonly unknown[]> {
  const source = Readable.toWeb(Readable.from(chunks, { objectMode: false }));
  const parts: Buffer[] = [];
  for await (const chunk of Readable.fromWeb(new xz.XzReadableStream(source as never) as never)) {
    parts.push(chunk);
  }
  const all = Buffer.concat(parts).toString();
  return [all.length, all.slice(0, 30), all.replaceAll("hello world ", "")];
}

/** The texts of errors are those of the decoders. */
const orError = (chunks: readonly Buffer[]): Promise<unknown> => unpacked(chunks).catch(() => "an error");

for (const [name, text] of Object.entries(HELLO)) {
  const bytes = Buffer.from(text, "base64");
  await reportLater(name, () => orError([bytes]));
  await reportLater(`${name}, byte by byte`, () => orError([...bytes].map((byte) => Buffer.from([byte]))));
  await reportLater(`${name}, cut`, () => orError([bytes.subarray(0, -40)]));
  const damaged = Buffer.from(bytes);
  damaged[60] = (damaged[60] ?? 0) ^ 1;
  await reportLater(`${name}, damaged`, () => orError([damaged]));
}
await reportLater("two streams", () => {
  const bytes = Buffer.from(HELLO.crc64, "base64");
  return unpacked([bytes, bytes]);
});
await reportLater("garbage", () => orError([Buffer.from("garbage garbage garbage")]));
