import { expect, test } from "vitest";
import { type AddressClass, classOf } from "./address-class.ts";

test.for<[AddressClass, readonly string[]]>([
  ["public", ["1.1.1.1", "11.0.0.1", "172.32.0.1", "192.169.0.1", "223.255.255.255", "100.128.0.1"]],
  ["public", ["2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101", "2002:101:101::1", "2001:4860::8888"]],
  ["private", ["10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1"]],
  ["private", ["fc00::1", "fdff::1", "fec0::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "64:ff9b:1::1"]],
  ["loopback", ["127.0.0.1", "127.255.255.254", "::1", "::ffff:127.0.0.1", "::ffff:7f00:1", "64:ff9b::7f00:1"]],
  ["loopback", ["2002:7f00:1::", "::127.0.0.1", "::ffff:0:127.0.0.1", "0:0:0:0:0:0:0:1"]],
  ["reserved", ["0.0.0.0", "0.1.2.3", "169.254.169.254", "224.0.0.1", "240.0.0.1", "255.255.255.255"]],
  ["reserved", ["100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254", "::", "fe80::1", "fe80::1%eth0"]],
  ["reserved", ["ff02::1", "febf::1", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2001:0:a9fe:a9fe::"]],
  ["reserved", ["", "example.com", "1.2.3", "0x7f.1", "300.1.1.1"]],
])("the address class is %s for %j", ([expected, addresses]) => {
  expect(addresses.map((each) => [each, classOf(each)])).toEqual(addresses.map((each) => [each, expected]));
});
