import { createServer } from "node:http";
import { connect, createServer as createNetServer } from "node:net";

/*
 * The server for the cases of `http.ts`, on Node.js: `node conformance/network/http-server.ts PORT`. It also listens on the next
 * port, where it answers with what is no HTTP.
 */

const port = Number(process.argv[2]);

/** The number of requests on each connection. */
const counts = new WeakMap<object, number>();

const server = createServer((request, response) => {
  counts.set(request.socket, (counts.get(request.socket) ?? 0) + 1);
  const { pathname } = new URL(request.url ?? "/", "http://a");
  switch (pathname) {
    case "/echo": {
      const chunks: Buffer[] = [];
      request.on("data", (chunk) => chunks.push(chunk));
      request.on("end", () => {
        response.setHeader("content-type", "application/json");
        const { method, url, headers, rawHeaders } = request;
        const names = rawHeaders.filter((_, index) => index % 2 === 0);
        response.end(JSON.stringify({ method, url, headers, names, body: Buffer.concat(chunks).toString() }));
      });
      break;
    }
    case "/count":
      response.end(`${counts.get(request.socket)} ${request.headers.connection}`);
      break;
    case "/early":
      request.resume();
      response.end("early");
      break;
    case "/count-close":
      response.writeHead(200, { Connection: "close" }).end(`${counts.get(request.socket)}`);
      break;
    case "/chunked":
      response.write("first,");
      setTimeout(() => response.end("second"), 20);
      break;
    case "/large":
      response.end(Buffer.alloc(5_000_000, "x"));
      break;
    case "/length":
      response.writeHead(200, "Fine", {
        "Content-Length": 5,
        "Set-Cookie": ["a=1", "b=2"],
        "X-Two": ["1", "2"],
        Date: "",
      });
      response.end("hello");
      break;
    case "/empty":
      response.writeHead(204).end();
      break;
    case "/redirect":
      response.writeHead(302, { Location: "/length" }).end("moved");
      break;
    case "/silent":
      break;
    case "/half":
      response.writeHead(200, { "Content-Length": 100 });
      response.write("half");
      setTimeout(() => response.destroy(), 20);
      break;
    case "/slow":
      response.writeHead(200, { "Content-Length": 100 });
      response.write("start");
      break;
    case "/hangup":
      request.socket.destroy();
      break;
    case "/trailers":
      response.writeHead(200, { Trailer: "X-Sum" });
      response.write("body");
      response.addTrailers({ "X-Sum": "5" });
      response.end();
      break;
    case "/until-end":
      request.socket.end("HTTP/1.0 200 OK\r\nX-A: b\r\n\r\nuntil the end");
      break;
    case "/hints":
      response.writeEarlyHints({ link: "</a>; rel=preload" });
      response.end("after hints");
      break;
    case "/bad-chunk":
      request.socket.end("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n");
      break;
    default:
      response.writeHead(404).end("nothing here");
  }
});
server.on("connect", (request, socket, head) => {
  if (request.url === "refused:443") {
    socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
    return;
  }
  const target = connect(port, "127.0.0.1", () => {
    socket.write("HTTP/1.1 200 Connection established\r\nX-Proxy: yes\r\n\r\n");
    target.write(head);
    socket.pipe(target).pipe(socket);
  });
  target.on("error", () => {});
  socket.on("error", () => {});
});
server.listen(port, "127.0.0.1");
createNetServer((socket) => socket.end("SSH-2.0-OpenSSH\r\n")).listen(port + 1, "127.0.0.1", () =>
  console.log("ready"),
);
