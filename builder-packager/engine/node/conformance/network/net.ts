import { BlockList, isIP, isIPv4, isIPv6 } from "node:net";
import { report, untyped } from "../report.ts";

for (const address of [
  "1.2.3.4",
  "01.2.3.4",
  "256.1.1.1",
  "1.2.3",
  "1.2.3.4.5",
  "",
  "::",
  "::1",
  "1::",
  "1:2:3:4:5:6:7:8",
  "1:2:3:4:5:6:7",
  "1::2::3",
  "::ffff:1.2.3.4",
  "::1.2.3.400",
  "1.2.3.4::",
  "fe80::1%eth0",
  "fe80::1%",
  "12345::",
  "g::",
  ":1",
  "1:",
  "1:2:3:4:5:6:7::",
  "::2:3:4:5:6:7:8",
  "1:2:3:4:5:6:7:8::",
  "1:2:3:4:5:6:1.2.3.4",
  "[::1]",
  "localhost",
]) {
  report(`isIP ${address}`, () => [isIP(address), isIPv4(address), isIPv6(address)]);
}
const list = new BlockList();
list.addAddress("123.123.123.123");
list.addRange("10.0.0.1", "10.0.0.10");
list.addSubnet("8592:757c:efae:4e45::", 64, "ipv6");
list.addSubnet("192.168.0.0", 17);
list.addAddress("::1", "ipv6");
for (const [address, family] of [
  ["123.123.123.123"],
  ["10.0.0.3"],
  ["10.0.0.11"],
  ["222.111.111.222"],
  ["::ffff:7b7b:7b7b", "ipv6"],
  ["::ffff:123.123.123.123", "ipv6"],
  ["8592:757c:efae:4e45:fb5d:d62a:0d00:8e17", "ipv6"],
  ["8592:757c:efae:4e46::", "ipv6"],
  ["192.168.127.255"],
  ["192.168.128.0"],
  ["::1", "ipv6"],
  ["::1"],
  ["nope"],
] as const) {
  report(`check ${address} ${family}`, () => list.check(address, family));
}
report("rules", () => list.rules.toSorted());
report("bad address", () => list.addAddress("nope"));
report("bad family", () => list.addAddress("1.2.3.4", untyped("ipv5")));
report("bad prefix", () => list.addSubnet("10.0.0.0", 33));
report("no text", () => list.check(untyped(5)));
