import { StringDecoder } from "node:string_decoder";
import { report, untyped } from "./report.ts";

const hex = (text: string) => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
const decode = (bytes: string, label?: string, options?: object) => new TextDecoder(label, options).decode(hex(bytes));

report("encode", () => [...new TextEncoder().encode("aä€😀\ud800")]);
report("encode nothing", () => [new TextEncoder().encode().length, new TextEncoder().encoding]);
report("encodeInto", () => {
  const target = new Uint8Array(6);
  return [new TextEncoder().encodeInto("aä€😀", target), ...target];
});
for (const bytes of ["616263", "efbbbf61", "61ff62", "e282", "eda080", "f0908080", "c080", "f4908080", "61c3", ""]) {
  report(`decode ${bytes}`, () => [decode(bytes), decode(bytes, "utf-8", { ignoreBOM: true })]);
  report(`decode fatal ${bytes}`, () => decode(bytes, "utf8", { fatal: true }));
}
for (const label of ["utf-8", "UTF8", " utf-16le ", "unicode-1-1-utf-8", "utf-16"]) {
  report(`label ${label}`, () => {
    const { encoding, fatal, ignoreBOM } = new TextDecoder(label);
    return [encoding, fatal, ignoreBOM];
  });
}
report("latin1", () => new TextDecoder("latin1").encoding);
report("windows-1252", () => decode("80e49f41", "windows-1252"));
report("label unknown", () => new TextDecoder("nope"));
report("utf-16le", () => [decode("61003dd800de", "utf-16le"), decode("fffe6100", "utf-16le")]);
report("utf-16le odd", () => [decode("610062", "utf-16le"), decode("3dd8", "utf-16le")]);
report("utf-16le fatal", () => decode("3dd86100", "utf-16le", { fatal: true }));
report("input bad", () => new TextDecoder().decode(untyped("abc")));
report("input kinds", () => {
  const view = new DataView(hex("61626364").buffer, 1, 2);
  return [new TextDecoder().decode(view), new TextDecoder().decode(hex("6162").buffer), new TextDecoder().decode()];
});
report("pieces", () => {
  const bytes = hex("efbbbf61c3a4e282acf09f9880ff62e28261");
  return [1, 2, 3, 5].map((size) => {
    const decoder = new TextDecoder();
    let text = "";
    for (let start = 0; start < bytes.length; start += size) {
      text += decoder.decode(bytes.subarray(start, start + size), { stream: true });
    }
    return text + decoder.decode();
  });
});
report("pieces utf-16le", () => {
  const bytes = hex("fffe61003dd800de6200");
  return [1, 3].map((size) => {
    const decoder = new TextDecoder("utf-16le");
    let text = "";
    for (let start = 0; start < bytes.length; start += size) {
      text += decoder.decode(bytes.subarray(start, start + size), { stream: true });
    }
    return text + decoder.decode();
  });
});
report("pieces, fatal at end", () => {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  decoder.decode(hex("61e2"), { stream: true });
  return decoder.decode();
});
for (const encoding of ["utf8", "utf16le", "base64", "hex", "latin1", "ascii"] as const) {
  report(`StringDecoder ${encoding}`, () => {
    const bytes = hex("61c3a4e282acf09f9880ff62e282");
    return [1, 2, 3, 5].map((size) => {
      const decoder = new StringDecoder(encoding);
      const parts: string[] = [];
      for (let start = 0; start < bytes.length; start += size) {
        parts.push(decoder.write(Buffer.from(bytes.subarray(start, start + size))));
      }
      return [...parts, decoder.end()].join("|");
    });
  });
}
report("StringDecoder unknown", () => new StringDecoder(untyped("nope")));
report("StringDecoder bad", () => new StringDecoder().write(untyped(5)));
report("StringDecoder name", () =>
  ["utf8", "UCS-2"].map((name) => untyped<{ encoding: string }>(new StringDecoder(untyped(name))).encoding),
);
