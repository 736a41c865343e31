import { Buffer } from "../buffer/class.ts";
import { TextDecoder } from "../text.ts";

type Source = AsyncIterable<unknown>;

async function chunksOf(source: Source): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) {
    if (typeof chunk === "string" || chunk instanceof ArrayBuffer) {
      chunks.push(Buffer.from(chunk as string));
    } else {
      const view = chunk as ArrayBufferView;
      chunks.push(view instanceof Uint8Array ? view : new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
    }
  }
  return chunks;
}

export async function buffer(source: Source): Promise<Buffer> {
  return Buffer.concat(await chunksOf(source));
}

export async function bytes(source: Source): Promise<Uint8Array> {
  const { buffer: memory, byteOffset, byteLength } = Buffer.concat(await chunksOf(source));
  return new Uint8Array(memory, byteOffset, byteLength);
}

export async function arrayBuffer(source: Source): Promise<ArrayBuffer> {
  const { buffer: memory } = Buffer.concat(await chunksOf(source));
  return memory;
}

export async function text(source: Source): Promise<string> {
  const decoder = new TextDecoder();
  let result = "";
  for await (const chunk of source) {
    result += typeof chunk === "string" ? chunk : decoder.decode(chunk as Uint8Array, { stream: true });
  }
  return result + decoder.decode();
}

export async function json(source: Source): Promise<unknown> {
  return JSON.parse(await text(source));
}

export default { arrayBuffer, buffer, bytes, json, text };
