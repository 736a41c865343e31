/**
 * Returns the Base64 texts of the certificates in a PEM text, without white space. Such a text ends
 * at the next dash, because Base64 contains no dashes.
 */
export function certificateBlocks(text: string): readonly string[] {
  const blocks: string[] = [];
  let body: string | undefined;
  for (const part of text.split("-")) {
    if (part.endsWith("BEGIN CERTIFICATE")) {
      body = "";
    } else if (body !== undefined && part === "END CERTIFICATE") {
      blocks.push(body.replaceAll(/[ \t\r\n]+/g, ""));
      body = undefined;
    } else if (body !== undefined && part !== "") {
      body = part;
    }
  }
  return blocks;
}
