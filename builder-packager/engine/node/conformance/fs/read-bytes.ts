import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

// Bytes of a file are a Buffer, also in a program that never names Buffer.

const file = join("/tmp", `read-bytes-${process.pid}`);
writeFileSync(file, "\u0001\u0002\u0003\u0004text");
const print = (name: string, value: unknown): void => console.log(JSON.stringify([name, value]));

const first = readFileSync(file);
const second = readFileSync(file);
rmSync(file);
print("text", first.toString("latin1", 4));
print("equal", first.equals(second));
print("json", first.toJSON().data.length);
print("number", first.readUInt32LE(0));
print("slice shares the memory", [first.slice(0, 1).fill(7)[0], first[0]]);
print("others, too", [second.readInt8(0), second.subarray(1, 3).toString("hex"), second.indexOf("text")]);
print("constructor", second.constructor.name);
