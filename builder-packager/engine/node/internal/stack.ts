/**
 * Returns an error's stack, beginning with its name and message. quickjs-ng omits them if it could
 * not call `stack-format.ts`: after a stack overflow, and before the globals exist. If the error
 * has a Node.js code, the name includes the code.
 */
export function stackOf(error: Error): string {
  const { stack } = error;
  const header = headerOf(error);
  if (typeof stack !== "string") {
    return header;
  }
  const hasHeader = !/^\s+at /.test(stack) && stack !== "";
  return hasHeader ? stack.trimEnd() : `${header}\n${stack}`.trimEnd();
}

function headerOf(error: Error): string {
  const { name, message } = error;
  const { code } = error as { code?: unknown };
  const isCoded = typeof code === "string" && code.startsWith("ERR_") && name !== "SystemError";
  const title = isCoded ? `${name} [${code}]` : `${name}`;
  return message ? `${title}: ${message}` : title;
}
