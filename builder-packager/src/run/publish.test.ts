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
])(
  "--publish %j is parsed as the address %j, the host port %i (0: any) and the app's port %i",
  ([text, address, hostPort, containerPort]) => {
    expect(parsePublish(text)).toEqual({ address, hostPort, containerPort });
  },
);

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
])("--publish %j is refused, because it is neither HOST:CONTAINER nor a port of the app", (text) => {
  expect(() => parsePublish(text)).toThrow(
    expect.objectContaining({
      code: "ARGUMENT_INVALID",
      message: `--publish ${text} is neither HOST:CONTAINER nor a port of the app`,
      hint: "Use two ports between 1 and 65535, for example --publish 8080:3000, or only the app's port. Only TCP is supported.",
    }),
  );
});

test("publishing a port onto another published port is refused", () => {
  expect(() => checkPublish(["8080:3000", "3000:8080"].map(parsePublish))).toThrow(
    expect.objectContaining({
      code: "ARGUMENT_INVALID",
      message: "--publish 3000:8080 forwards to port 8080, on which another --publish already listens",
      hint: "The app shares this machine's network: use a host port that is not also a port of the app, or add --network none.",
    }),
  );
  expect(() => checkPublish(["8080:3000", "3000:3000", "8081:3000"].map(parsePublish))).not.toThrow();
});

test("--publish without a host port chooses a free one, and a connection before the app listens is reset", async () => {
  const [port] = await listenOn([parsePublish("80")]);
  expect(port).toMatchObject({ address: "127.0.0.1", hostPort: expect.any(Number), containerPort: 80 });
  const [error] = await once(connect(port?.hostPort ?? 0, "127.0.0.1"), "error");
  expect(error).toMatchObject({ code: "ECONNRESET" });
  port?.listener.close();
});

test("an address of another machine is refused with a hint about the address", async () => {
  await expect(listenOn([parsePublish("192.0.2.1:8080:80")])).rejects.toMatchObject({
    code: "PORT_UNAVAILABLE",
    message: "port 8080 of 192.0.2.1 is not available",
    hint: "Use an address of this machine, or remove the address.",
  });
});

test("cnb listens on no port if one of the ports is in use", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const free = createServer().listen(0, "127.0.0.1");
  await once(free, "listening");
  const [taken, hostPort] = [other, free].map((server) => (server.address() as AddressInfo).port);
  await new Promise((resolve) => free.close(resolve));
  const ports = [`${hostPort}:80`, `${taken}:80`].map(parsePublish);
  await expect(listenOn(ports)).rejects.toMatchObject({
    code: "PORT_UNAVAILABLE",
    message: `port ${taken} of 127.0.0.1 is not available`,
    hint: "Choose another host port, or stop the program that uses this port.",
  });
  const [error] = await once(connect(hostPort ?? 0, "127.0.0.1"), "error");
  expect(error).toMatchObject({ code: "ECONNREFUSED" });
  other.close();
});
