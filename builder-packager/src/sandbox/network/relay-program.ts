/**
 * The program of the relay, a process in the app's network. It forwards connections to programs in
 * that network. The listening sockets come from cnb's own network. The program is plain JavaScript,
 * because it is not loaded from a file.
 *
 * The relay ends when the other end of its IPC channel is closed, which also happens if cnb is
 * killed. Open connections then have one second to finish.
 */
export const relayProgram = `
const net = require("node:net");
const servers = [];
const open = new Set();
const reach = (port, [host, ...others], done) => {
  const app = net.connect({ host, port, allowHalfOpen: true, noDelay: true });
  const refused = () => (others.length > 0 ? reach(port, others, done) : done());
  app.once("error", refused).once("connect", () => {
    app.off("error", refused);
    done(app);
  });
};

const pass = (client, port) => {
  open.add(client);
  client.allowHalfOpen = true;
  client.setNoDelay(true).on("error", () => {}).on("close", () => open.delete(client));
  reach(port, ["127.0.0.1", "::1"], (app) => {
    if (!app || client.destroyed) {
      for (const socket of [client, app]) socket?.resetAndDestroy();
      return;
    }
    app.on("error", () => client.resetAndDestroy());
    client.on("error", () => app.resetAndDestroy());
    client.pipe(app).pipe(client);
  });
};
process.on("message", (port, server) => {
  if (server) servers.push(server.on("connection", (client) => pass(client, port)).on("error", () => {}));
  process.send({ pid: process.pid });
});
process.on("disconnect", () => {
  for (const server of servers) server.close();
  const end = () => open.size === 0 && process.exit();
  setInterval(end, 10);
  setTimeout(() => process.exit(), 1000);
  end();
});
`;
