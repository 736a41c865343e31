/** A message of the Chrome DevTools Protocol, which Node.js speaks with debuggers. */
interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Params;
  readonly result?: Params;
  readonly error?: { readonly message: string };
}

// biome-ignore lint/suspicious/noExplicitAny: the protocol has hundreds of messages
export type Params = Readonly<Record<string, any>>;

/** A connection to the debugger of a process. */
export class Session {
  readonly #socket: WebSocket;
  readonly #answers = new Map<number, PromiseWithResolvers<Params>>();
  readonly #handlers = new Map<string, (params: Params) => void>();
  /** Resolves when the connection is closed. */
  readonly closed: Promise<void>;
  #last = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    this.closed = new Promise((resolve) => socket.addEventListener("close", () => resolve()));
    void this.closed.then(() => {
      for (const { resolve } of this.#answers.values()) resolve({});
    });
    socket.addEventListener("message", ({ data }) => this.#receive(JSON.parse(String(data))));
  }

  static connect(url: string): Promise<Session> {
    const socket = new WebSocket(url);
    return new Promise((resolve, reject) => {
      socket.addEventListener("open", () => resolve(new Session(socket)));
      socket.addEventListener("error", () => reject(new Error(`cannot connect to the debugger at ${url}`)));
    });
  }

  on(method: string, handle: (params: Params) => void): void {
    this.#handlers.set(method, handle);
  }

  /** Sends a command. Its answer is empty if the process ends first. */
  send(method: string, params: Params = {}): Promise<Params> {
    const answer = Promise.withResolvers<Params>();
    this.#answers.set(++this.#last, answer);
    this.#socket.send(JSON.stringify({ id: this.#last, method, params }));
    return answer.promise;
  }

  close(): void {
    this.#socket.close();
  }

  #receive({ id, method = "", params = {}, result = {}, error }: Message): void {
    if (id === undefined) this.#handlers.get(method)?.(params);
    else if (error) this.#answers.get(id)?.reject(new Error(error.message));
    else this.#answers.get(id)?.resolve(result);
    if (id !== undefined) this.#answers.delete(id);
  }
}
