import querystring, { decode, encode } from "node:querystring";
import url, {
  domainToASCII,
  fileURLToPath,
  format,
  URLSearchParams as ParamsClass,
  pathToFileURL,
  URL as UrlClass,
  urlToHttpOptions,
} from "node:url";
import { report, untyped } from "./report.ts";

const PARTS = [
  "href",
  "origin",
  "protocol",
  "username",
  "password",
  "host",
  "hostname",
  "port",
  "pathname",
  "search",
  "hash",
] as const;
const parts = (url: URL | null) => url && PARTS.map((part) => url[part]);

for (const [input, base] of [
  ["https://user:pa%20ss@Example.com:8080/a/../b c?q=1&r=ä#frag"],
  ["http://example.com:80"],
  ["//host/x", "https://base.example/y"],
  ["../up?x", "https://base.example/a/b/c"],
  ["?only", "https://base.example/a?b#c"],
  ["file:///tmp/a b%20c"],
  ["file://localhost/x"],
  ["http://[::1]:3000/"],
  ["http://192.168.0.257/"],
  ["http://0x7f.1/"],
  ["mailto:a@b.c"],
  ["data:text/plain,hello world"],
  ["javascript:alert(1)"],
  ["http://exa mple.com"],
  ["nope"],
  [""],
  ["http://a/%zz?%zz"],
  ["https://example.com/\t a\n"],
  ["HTTP://EXAMPLE.COM/%7Efoo"],
  ["http://host:99999/"],
  ["blob:https://a.example/x"],
] as const) {
  report(`parse ${input} ${base}`, () => parts(new URL(input, base)));
  report(`URL.parse ${input} ${base}`, () => [parts(URL.parse(input, base)), URL.canParse(input, base)]);
}
report("invalid", () => {
  try {
    return new URL("x:y:z//", "nope");
  } catch (error) {
    const { input, base } = untyped<{ input: string; base: string }>(error);
    return { error, input, base };
  }
});
for (const [part, value] of [
  ["protocol", "http"],
  ["protocol", "mailto"],
  ["host", "other.example:99"],
  ["hostname", "B.example"],
  ["port", "443"],
  ["port", "8443x"],
  ["port", ""],
  ["pathname", "x y/ü?"],
  ["search", "a=b c"],
  ["search", ""],
  ["hash", "#x y"],
  ["hash", ""],
  ["username", "a:b"],
  ["password", "p@"],
  ["href", "https://new.example/?z=1"],
] as const) {
  report(`set ${part} ${value}`, () => {
    const url = new URL("https://u:p@host.example:81/path?q=1#h");
    const { searchParams } = url;
    url[part] = value;
    return [parts(url), `${searchParams}`];
  });
}
report("set href bad", () => {
  new URL("http://a").href = "nope";
});
report("searchParams", () => {
  const url = new URL("http://a/?x=1&y=2&x=3");
  url.searchParams.append("ä", "b c&d");
  url.searchParams.delete("y");
  const first = url.href;
  url.searchParams.set("x", "9");
  url.searchParams.sort();
  return [first, url.href, `${url}`, JSON.stringify(url)];
});
report("params", () => {
  const params = new URLSearchParams("?a=1&b=2&a=%20x+y&c&=d&%zz=%e4&a");
  return [
    [...params],
    params.get("a"),
    params.getAll("a"),
    params.get("none"),
    params.has("c"),
    params.has("a", "1"),
    params.has("a", "2"),
    params.size,
    [...params.keys()],
    [...params.values()],
    `${params}`,
  ];
});
report("params from", () => [
  `${new URLSearchParams({ a: "1", b: "x y*-._~!'()" })}`,
  `${new URLSearchParams([
    ["a", "b"],
    ["c", "d"],
  ])}`,
  `${new URLSearchParams(new Map([["k", "v"]]))}`,
  `${new URLSearchParams(new URLSearchParams("z=1"))}`,
  `${new URLSearchParams()}`,
  `${new URLSearchParams(untyped<string>(null))}`,
]);
report("params tuple", () => new URLSearchParams(untyped([["a"]])));
report("params delete value", () => {
  const params = new URLSearchParams("a=1&a=2&b=1");
  params.delete("a", "1");
  const seen: string[] = [];
  params.forEach((value, name) => {
    seen.push(`${name}:${value}`);
  });
  return seen;
});
for (const address of [
  "file:///a/b%20c",
  "file:///a%2fb",
  "http://a/b",
  "file://host/a",
  "nope",
  "file:///%C3%A4?x#y",
]) {
  report(`fileURLToPath ${address}`, () => fileURLToPath(address));
}
report("fileURLToPath URL", () => fileURLToPath(new URL("file:///x/y")));
report("fileURLToPath bad", () => fileURLToPath(untyped(5)));
for (const path of ["/a b/c", "/a%b#c?d", "/ä/😀", "/dir/", "/a\\b\tc\nd", "/a/../b/./c", "/~:|[]^"]) {
  report(`pathToFileURL ${path}`, () => pathToFileURL(path).href);
}
report("pathToFileURL bad", () => pathToFileURL(untyped(5)));
report("format", () => [
  format(new URL("https://u:p@a.example/x?y#z"), { auth: false, fragment: false, search: false }),
  format({ protocol: "http", host: "a.example", pathname: "x", query: { a: 1, b: ["c", "d"] } }),
  format({ protocol: "https:", hostname: "::1", port: 8080, pathname: "/x", search: "y=1", hash: "z", auth: "u:p" }),
  format({ pathname: "/only", search: "?q" }),
]);
report("domainToASCII", () => [domainToASCII("Example.com"), domainToASCII("a b")]);
report("urlToHttpOptions", () => ({ ...urlToHttpOptions(new URL("https://a:b%20c@[::1]:99/p?q#h")) }));
report("querystring", () => [
  { ...querystring.parse("a=1&b=2&a=3&c=%20x+y&d&=e&%zz=1") },
  querystring.stringify({ a: [1, 2], b: "x y", c: true, d: undefined, e: null, f: "ä!'()*" }),
  querystring.stringify({ a: 1, b: 2 }, ";", ":"),
  { ...querystring.parse("a:1;b:2", ";", ":") },
  querystring.escape("a b&ä"),
  querystring.unescape("%41%zz"),
]);
report("querystring, the same functions", () => [
  decode === querystring.parse,
  encode === querystring.stringify,
  { ...decode("a=1&b=%20") },
  encode({ a: [1, "x y"] }),
]);
for (const [index, [value, separator, equals, options]] of (
  [
    ["a=1&b=2", null, null],
    ["a=1;b=2", ";"],
    ["a:1", undefined, ":"],
    ["a=1&b=2&c=3", "&", "=", { maxKeys: 2 }],
    ["a=1&b=2&c=3", "&", "=", { maxKeys: 0 }],
    ["a=%41", "&", "=", { decodeURIComponent: (text: string) => `<${text}>` }],
    ["", "&"],
    ["&&a&=b&c=&", "&"],
    ["a==b", "&"],
    [5],
    [null],
    ["__proto__=1&toString=2"],
    ["a=%E4%BD&b=%zz+%20"],
  ] as const
).entries()) {
  report(`querystring.decode ${index}`, () => ({
    ...decode(untyped(value), untyped(separator), untyped(equals), untyped(options)),
  }));
}
for (const [index, [value, separator, equals, options]] of (
  [
    [{ a: 1 }, ";", ":"],
    [{ a: "ä b" }, undefined, undefined, { encodeURIComponent: (text: string) => `<${text}>` }],
    [{ a: { b: 1 } }],
    [{ a: Symbol.iterator.toString() }],
    [{ a: Number.NaN, b: Number.POSITIVE_INFINITY, c: 5n, d: () => 1 }],
    [[1, 2]],
    ["text"],
    [null],
    [undefined],
    [{}],
  ] as const
).entries()) {
  report(`querystring.encode ${index}`, () =>
    encode(untyped(value), untyped(separator), untyped(equals), untyped(options)),
  );
}
report("querystring, lone surrogate", () => encode({ a: "\ud800" }));
report("url, the same classes", () => [
  UrlClass === globalThis.URL,
  ParamsClass === globalThis.URLSearchParams,
  url.URL === UrlClass,
  new UrlClass("http://a/b").pathname,
  new ParamsClass("a=1").get("a"),
]);
for (const value of [undefined, null, 5, {}, "nope"]) {
  report(`new URL of ${JSON.stringify(value)}`, () => new UrlClass(untyped(value)).href);
  report(`format of ${JSON.stringify(value)}`, () => format(untyped<string>(value)));
  report(`urlToHttpOptions of ${JSON.stringify(value)}`, () => ({ ...urlToHttpOptions(untyped(value)) }));
  report(`domainToASCII of ${JSON.stringify(value)}`, () => domainToASCII(untyped(value)));
}
report("new URL of nothing", () => new (untyped<new () => URL>(UrlClass))());
