/**
 * Computes the SHA-256 of a text in hexadecimal digits. The function uses Web Crypto, because this
 * part of the framework does not import modules of Node.js.
 */
export async function digestOf(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
