import * as engine from "engine:url";
import { codedError } from "../errors.ts";
import { connectParams, resetParams, URLSearchParams } from "./search-params.ts";

/*
 * URL over the parser of the engine. Names of hosts must be in ASCII: the tables of international names would be larger
 * than all the rest of the engine's URLs.
 */

type Parts = engine.UrlParts;
type Part =
  | "href"
  | "protocol"
  | "username"
  | "password"
  | "host"
  | "hostname"
  | "port"
  | "pathname"
  | "search"
  | "hash"
  | "origin";

/** The position of each part in the result of `engine:url`. */
const INDEX: Readonly<Record<Part, number>> = {
  href: 0,
  protocol: 1,
  username: 2,
  password: 3,
  host: 4,
  hostname: 5,
  port: 6,
  pathname: 7,
  search: 8,
  hash: 9,
  origin: 10,
};

type Text = string | { toString(): string };

function parse(input: Text, base: Text | undefined): Parts | undefined {
  return engine.parse(`${input}`.toWellFormed(), base === undefined ? undefined : `${base}`.toWellFormed());
}

function invalid(input: string, base?: string): TypeError {
  const error = codedError(TypeError, "ERR_INVALID_URL", "Invalid URL");
  return Object.assign(error, base === undefined ? { input } : { input, base });
}

/** Lets `URL.parse` make an instance without parsing twice. */
let parsed: Parts | undefined;

export class URL {
  #parts: Parts;
  #params: URLSearchParams | undefined;

  constructor(input: Text, base?: Text);
  constructor(...args: [input?: Text, base?: Text]) {
    if (args.length === 0) {
      throw codedError(TypeError, "ERR_MISSING_ARGS", 'The "url" argument must be specified');
    }
    const [input = "undefined", base] = args;
    const parts = parsed ?? parse(input, base);
    parsed = undefined;
    if (parts === undefined) {
      throw invalid(`${input}`, base === undefined ? undefined : `${base}`);
    }
    this.#parts = parts;
  }

  static parse(input: Text, base?: Text): URL | null {
    const parts = parse(input, base);
    if (parts === undefined) {
      return null;
    }
    parsed = parts;
    return new URL("");
  }

  static canParse(input: Text, base?: Text): boolean {
    return parse(input, base) !== undefined;
  }

  get searchParams(): URLSearchParams {
    if (this.#params === undefined) {
      this.#params = new URLSearchParams(this.#get("search"));
      connectParams(this.#params, (text) => {
        this.#parts = engine.set(this.#get("href"), "search", text) ?? this.#parts;
      });
    }
    return this.#params;
  }

  get href(): string {
    return this.#get("href");
  }
  set href(value: string) {
    const parts = parse(value, undefined);
    if (parts === undefined) {
      throw invalid(`${value}`);
    }
    this.#parts = parts;
    this.#updateParams();
  }
  get origin(): string {
    return this.#get("origin");
  }
  get protocol(): string {
    return this.#get("protocol");
  }
  set protocol(value: string) {
    this.#set("protocol", value);
  }
  get username(): string {
    return this.#get("username");
  }
  set username(value: string) {
    this.#set("username", value);
  }
  get password(): string {
    return this.#get("password");
  }
  set password(value: string) {
    this.#set("password", value);
  }
  get host(): string {
    return this.#get("host");
  }
  set host(value: string) {
    this.#set("host", value);
  }
  get hostname(): string {
    return this.#get("hostname");
  }
  set hostname(value: string) {
    this.#set("hostname", value);
  }
  get port(): string {
    return this.#get("port");
  }
  set port(value: string) {
    this.#set("port", value);
  }
  get pathname(): string {
    return this.#get("pathname");
  }
  set pathname(value: string) {
    this.#set("pathname", value);
  }
  get search(): string {
    return this.#get("search");
  }
  set search(value: string) {
    this.#set("search", value);
    this.#updateParams();
  }
  get hash(): string {
    return this.#get("hash");
  }
  set hash(value: string) {
    this.#set("hash", value);
  }

  toString(): string {
    return this.#get("href");
  }

  toJSON(): string {
    return this.#get("href");
  }

  get [Symbol.toStringTag](): string {
    return "URL";
  }

  [Symbol.for("nodejs.util.inspect.custom")](
    depth: number,
    options: object,
    inspect: (value: unknown, options: object) => string,
  ): unknown {
    if (typeof depth === "number" && depth < 0) {
      return this;
    }
    const { href, origin, protocol, username, password, host, hostname, port, pathname, search, searchParams, hash } =
      this;
    const shown = {
      href,
      origin,
      protocol,
      username,
      password,
      host,
      hostname,
      port,
      pathname,
      search,
      searchParams,
      hash,
    };
    return `${this.constructor.name} ${inspect(shown, options)}`;
  }

  #get(part: Part): string {
    return this.#parts[INDEX[part]] ?? "";
  }

  #set(part: Part, value: string): void {
    this.#parts = engine.set(this.#get("href"), part, `${value}`.toWellFormed()) ?? this.#parts;
  }

  #updateParams(): void {
    if (this.#params !== undefined) {
      resetParams(this.#params, this.#get("search").slice(1));
    }
  }
}

const prototype = URL.prototype;
for (const name of [...Object.keys(INDEX), "searchParams", "toString", "toJSON"]) {
  // The properties of web interfaces are enumerable, so that `for … in` finds them.
  Object.defineProperty(prototype, name, { enumerable: true });
}
