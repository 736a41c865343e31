// @needs chromium
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A page in Debian's chromium, without a screen, driven by its DevTools protocol. */
export interface Page {
  /** The value of an expression in the page. */
  evaluate(expression: string): Promise<unknown>;
  press(key: string): Promise<void>;
  type(text: string): Promise<void>;
  setDark(isDark: boolean): Promise<void>;
  /** Shows another address. */
  open(address: string): Promise<void>;
  /** The width and height of the window, in CSS pixels. */
  setSize(width: number, height: number): Promise<void>;
  /** Switches the scripts of the pages that are opened from now on. */
  setScripts(isOn: boolean): Promise<void>;
  /** A picture of the window, as PNG. */
  screenshot(): Promise<Buffer>;
  /** The problems that the browser reported: exceptions, and requests that the page's policy refused. */
  readonly complaints: string[];
  /** The requests in addition to the page. */
  readonly requests: string[];
  close(): Promise<void>;
}

type Message = { id?: number; method?: string; params?: Record<string, unknown>; result?: unknown; error?: unknown };

/** Opens an address. Fails where there is no chromium, and names it. */
export async function openPage(address: string, { width = 1280, height = 1600 } = {}): Promise<Page> {
  const dir = await mkdtemp(join(tmpdir(), "browser-"));
  const size = `--window-size=${width},${height}`;
  const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0", size];
  const child = spawn("chromium", [...flags, `--user-data-dir=${dir}`, "about:blank"], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ended = once(child, "exit");
  const port = await new Promise<string>((resolve, reject) => {
    let log = "";
    child.on("error", () => reject(new Error("there is no chromium: apt-get install chromium")));
    child.on("exit", () => reject(new Error(`chromium ended:\n${log}`)));
    child.stderr.on("data", (chunk) => {
      log += chunk;
      const found = /DevTools listening on ws:\/\/[^:]+:(\d+)\//.exec(log)?.[1];
      if (found) resolve(found);
    });
  });
  const targets = (await (await fetch(`http://127.0.0.1:${port}/json`)).json()) as {
    type: string;
    webSocketDebuggerUrl: string;
  }[];
  const socket = new WebSocket(targets.find(({ type }) => type === "page")?.webSocketDebuggerUrl ?? "");
  await once(socket, "open");
  const waiting = new Map<number, (message: Message) => void>();
  const [complaints, requests]: [string[], string[]] = [[], []];
  let loaded = () => {};
  socket.addEventListener("message", ({ data }) => {
    const message = JSON.parse(String(data)) as Message;
    if (message.id !== undefined) waiting.get(message.id)?.(message);
    if (message.method === "Page.loadEventFired") loaded();
    if (message.method === "Runtime.exceptionThrown" || message.method === "Log.entryAdded")
      complaints.push(JSON.stringify(message.params));
    const request = message.params?.["request"] as { url: string } | undefined;
    if (message.method === "Network.requestWillBeSent" && request?.url !== address) requests.push(request?.url ?? "");
  });
  let next = 0;
  const send = (method: string, params: object = {}) =>
    new Promise<Record<string, unknown>>((resolve, reject) => {
      const id = ++next;
      waiting.set(id, ({ result, error }) =>
        error ? reject(new Error(JSON.stringify(error))) : resolve(result as Record<string, unknown>),
      );
      socket.send(JSON.stringify({ id, method, params }));
    });
  for (const domain of ["Page", "Runtime", "Log", "Network"]) await send(`${domain}.enable`);
  const open = async (url: string) => {
    const load = new Promise<void>((resolve) => {
      loaded = resolve;
    });
    await send("Page.navigate", { url });
    await load;
  };
  await open(address);
  return {
    complaints,
    requests,
    open,
    setSize: async (width, height) => {
      const metrics = { width, height, deviceScaleFactor: 1, mobile: false };
      await send("Emulation.setDeviceMetricsOverride", metrics);
    },
    setScripts: async (isOn) => void (await send("Emulation.setScriptExecutionDisabled", { value: !isOn })),
    async evaluate(expression) {
      const { result, exceptionDetails } = await send("Runtime.evaluate", {
        expression,
        returnByValue: true,
        awaitPromise: true,
      });
      if (exceptionDetails) throw new Error(JSON.stringify(exceptionDetails));
      return (result as { value?: unknown }).value;
    },
    async press(key) {
      const text = key === "Enter" ? "\r" : undefined;
      for (const type of ["keyDown", "keyUp"])
        await send("Input.dispatchKeyEvent", { type, key, ...(type === "keyDown" && text && { text }) });
    },
    type: async (text) => void (await send("Input.insertText", { text })),
    setDark: async (isDark) => {
      const features = [{ name: "prefers-color-scheme", value: isDark ? "dark" : "light" }];
      await send("Emulation.setEmulatedMedia", { features });
    },
    screenshot: async () => Buffer.from(String((await send("Page.captureScreenshot"))["data"]), "base64"),
    async close() {
      socket.close();
      child.kill("SIGTERM");
      await ended;
      await rm(dir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
