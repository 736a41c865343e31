/**
 * Parses an IPv4 address into its four bytes; undefined if it is invalid. Leading zeros are
 * invalid, because some programs read them as octal.
 */
export function ipv4Bytes(text: string): number[] | undefined {
  const parts = text.split(".");
  const isValid = parts.length === 4 && parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256);
  return isValid ? parts.map(Number) : undefined;
}

/**
 * Parses an IPv6 address into its sixteen bytes; undefined if it is invalid. A zone (`%eth0`) is
 * allowed and ignored.
 */
export function ipv6Bytes(text: string): number[] | undefined {
  const [address = "", zone] = text.split(/%(.*)/s);
  if (zone === "") {
    return undefined;
  }
  const halves = address.split("::");
  if (halves.length > 2) {
    return undefined;
  }
  const [head, tail] = halves.map((half, index) => groupBytes(half, index === halves.length - 1));
  if (head === undefined || (halves.length === 2 && tail === undefined)) {
    return undefined;
  }
  if (halves.length === 1) {
    return head.length === 16 ? head : undefined;
  }
  const missing = 16 - head.length - (tail?.length ?? 0);
  return missing >= 2 ? [...head, ...new Array<number>(missing).fill(0), ...(tail ?? [])] : undefined;
}

function groupBytes(text: string, isLast: boolean): number[] | undefined {
  if (text === "") {
    return [];
  }
  const groups = text.split(":");
  const bytes: number[] = [];
  for (const [index, group] of groups.entries()) {
    if (/^[0-9a-f]{1,4}$/i.test(group)) {
      const value = Number.parseInt(group, 16);
      bytes.push(value >> 8, value & 255);
      continue;
    }
    const embedded = isLast && index === groups.length - 1 ? ipv4Bytes(group) : undefined;
    if (embedded === undefined) {
      return undefined;
    }
    bytes.push(...embedded);
  }
  return bytes;
}

export function isIPv4(text: string): boolean {
  return ipv4Bytes(`${text}`) !== undefined;
}

export function isIPv6(text: string): boolean {
  return ipv6Bytes(`${text}`) !== undefined;
}

export function isIP(text: string): 0 | 4 | 6 {
  if (isIPv4(text)) {
    return 4;
  }
  return isIPv6(text) ? 6 : 0;
}
