import { decode, encode } from "engine:text";
import { DOMException } from "../dom-exception.ts";

export function btoa(input: string): string {
  const text = `${input}`;
  if (/[^\0-\xff]/.test(text)) {
    throw new DOMException("Invalid character", "InvalidCharacterError");
  }
  const bytes = encode(text, "latin1");
  return decode(bytes, 0, bytes.byteLength, "base64", false) ?? "";
}

export function atob(input: string): string {
  const text = `${input}`.replace(/[\t\n\f\r ]/g, "");
  const bare = text.length % 4 === 0 ? text.replace(/={1,2}$/, "") : text;
  if (/[^A-Za-z0-9+/]/.test(bare)) {
    throw new DOMException("Invalid character", "InvalidCharacterError");
  }
  if (bare.length % 4 === 1) {
    throw new DOMException("The string to be decoded is not correctly encoded.", "InvalidCharacterError");
  }
  const bytes = encode(bare, "base64");
  return decode(bytes, 0, bytes.byteLength, "latin1", false) ?? "";
}
