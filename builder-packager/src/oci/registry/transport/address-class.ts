import { isIPv4 } from "node:net";

/**
 * The network that an IP address belongs to: the internet, a private network, this machine, or a
 * reserved range.
 */
export type AddressClass = "public" | "private" | "loopback" | "reserved";

/**
 * The IPv4 networks of RFC 6890, and the addresses at which clouds provide secrets to their virtual
 * machines.
 */
const v4: readonly (readonly [network: string, bits: number, AddressClass])[] = [
  ["168.63.129.16", 32, "reserved"], // Azure
  ["100.100.100.200", 32, "reserved"], // Alibaba Cloud
  ["0.0.0.0", 8, "reserved"], // Linux connects to itself
  ["10.0.0.0", 8, "private"],
  ["100.64.0.0", 10, "private"],
  ["127.0.0.0", 8, "loopback"],
  ["169.254.0.0", 16, "reserved"], // link-local, with 169.254.169.254 of most clouds
  ["172.16.0.0", 12, "private"],
  ["192.0.0.0", 24, "reserved"], // with 192.0.0.192 of Oracle's cloud
  ["192.168.0.0", 16, "private"],
  ["198.18.0.0", 15, "private"],
  ["224.0.0.0", 3, "reserved"], // multicast, reserved, broadcast
];

const v6: readonly (readonly [network: string, bits: number, AddressClass])[] = [
  ["::1", 128, "loopback"],
  ["::", 128, "reserved"],
  ["fd00:ec2::254", 128, "reserved"], // AWS
  ["fd20:ce::254", 128, "reserved"], // Google Cloud
  ["fd00:42::42", 128, "reserved"], // Scaleway
  ["64:ff9b:1::", 48, "private"], // NAT64 of a network's own
  ["100::", 64, "reserved"],
  ["2001::", 32, "reserved"], // Teredo
  ["fc00::", 7, "private"],
  ["fe80::", 10, "reserved"],
  ["fec0::", 10, "private"],
  ["ff00::", 8, "reserved"],
];

/** IPv6 networks whose addresses contain an IPv4 address, and the byte at which it begins. */
const embedding: readonly (readonly [network: string, bits: number, at: number])[] = [
  ["::ffff:0:0", 96, 12], // mapped
  ["::ffff:0:0:0", 96, 12], // translated
  ["64:ff9b::", 96, 12], // NAT64
  ["2002::", 16, 2], // 6to4
  ["::", 96, 12], // compatible
];

/** Classifies an IP address. Any other text is classified as `reserved`. */
export function classOf(address: string): AddressClass {
  const bytes = bytesOf(address);
  if (bytes === undefined) return "reserved";
  if (bytes.length === 4) return found(v4, bytes) ?? "public";
  const own = found(v6, bytes);
  if (own !== undefined) return own;
  const [, , at] = embedding.find(([network, bits]) => isIn(bytes, network, bits)) ?? [];
  return at === undefined ? "public" : (found(v4, bytes.slice(at, at + 4)) ?? "public");
}

const found = (networks: typeof v4, bytes: readonly number[]): AddressClass | undefined =>
  networks.find(([network, bits]) => isIn(bytes, network, bits))?.[2];

/** The bytes of the networks above. Every request compares its address with them. */
const known = new Map<string, readonly number[]>();

function bytesOfNetwork(network: string): readonly number[] {
  const bytes = known.get(network) ?? bytesOf(network) ?? [];
  known.set(network, bytes);
  return bytes;
}

function isIn(bytes: readonly number[], network: string, bits: number): boolean {
  const expected = bytesOfNetwork(network);
  const isEqual = (byte: number, index: number) => {
    const ignored = Math.min(8, Math.max(0, (index + 1) * 8 - bits));
    return byte >> ignored === (expected[index] ?? 0) >> ignored;
  };
  return bytes.every(isEqual);
}

function bytesOf(address: string): number[] | undefined {
  if (isIPv4(address)) return address.split(".").map(Number);
  const url = `http://[${address.replace(/%.*$/, "")}]`; // without the zone of a link-local address
  return URL.canParse(url)
    ? groupsOf(new URL(url).hostname.slice(1, -1)).flatMap((it) => [it >> 8, it & 255])
    : undefined;
}

/** The eight groups of an address as URLs write it: hexadecimal, the longest run of zeros left out. */
function groupsOf(text: string): number[] {
  const [before = [], after = []] = text
    .split("::")
    .map((half) => half.split(":").flatMap((group) => (group === "" ? [] : [Number.parseInt(group, 16)])));
  return [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after];
}
