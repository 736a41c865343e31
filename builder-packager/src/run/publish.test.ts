import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { expect, test } from "vitest";
import { checkPublish, listenOn, parsePublish } from "./publish.ts";

test.for<[string, string, number, number]>([
  ["8080:80", "127.0.0.1", 8080, 80],
  ["8080:80/tcp", "127.0.0.1", 8080, 80],
  ["0.0.0.0:8080:80", "0.0.0.0", 8080, 80],
  ["[::1]:8080:80", "::1", 8080, 80],
  ["80", "127.0.0.1", 0, 80],
  ["0:80", "127.0.0.1", 0, 80],
  ["0.0.0.0::80", "0.0.0.0", 0, 80],
])("--publish %s", ([text, address, hostPort, containerPort]) => {
  expect(parsePublish(text)).toEqual({ address, hostPort, containerPort });
});

test.for([
  "",
  "a:b",
  "1:65536",
  "65536:1",
  "80:0",
  "1:2:3:4",
  ":80",
  "::80",
  "127.0.0.1:80",
  "53:53/udp",
  "1-9:1-9",
  "999.1.1.1:1:2",
  "01.2.3.4:1:2",
  "[::::]:1:2",
])("--publish %j is refused", (text) => {
  expect(() => parsePublish(text)).toThrow(
    expect.objectContaining({
      code: "ARGUMENT_INVALID",
      message: `--publish ${text} is not HOST:CONTAINER, and no port of the app`,
      hint: "Write two ports between 1 and 65535, for example --publish 8080:3000, or the app's alone. TCP only.",
    }),
  );
});

test("ports that lead to another forwarded port are refused", () => {
  expect(() => checkPublish(["8080:3000", "3000:8080"].map(parsePublish))).toThrow(
    expect.objectContaining({
      code: "ARGUMENT_INVALID",
      message: "--publish 3000:8080 leads to port 8080, which another --publish listens on",
      hint: "The app shares this machine's ports: use a host port that is not a port of the app, or --network none.",
    }),
  );
  expect(() => checkPublish(["8080:3000", "3000:3000", "8081:3000"].map(parsePublish))).not.toThrow();
});

test("a free port is chosen, and a connection before the app listens gets an explanation", async () => {
  const [port] = await listenOn([parsePublish("80")]);
  expect(port).toMatchObject({ address: "127.0.0.1", hostPort: expect.any(Number), containerPort: 80 });
  const [error] = await once(connect(port?.hostPort ?? 0, "127.0.0.1"), "error");
  expect(error).toMatchObject({ code: "ECONNRESET" });
  port?.listener.close();
});

test("if one port is in use, cnb listens on none", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const free = createServer().listen(0, "127.0.0.1");
  await once(free, "listening");
  const [taken, hostPort] = [other, free].map((server) => (server.address() as AddressInfo).port);
  await new Promise((resolve) => free.close(resolve));
  const ports = [`${hostPort}:80`, `${taken}:80`].map(parsePublish);
  await expect(listenOn(ports)).rejects.toMatchObject({
    code: "PORT_UNAVAILABLE",
    message: `Port ${taken} of 127.0.0.1 is not available`,
    hint: "Choose another host port, or stop what uses this one.",
  });
  const [error] = await once(connect(hostPort ?? 0, "127.0.0.1"), "error");
  expect(error).toMatchObject({ code: "ECONNREFUSED" });
  other.close();
});
