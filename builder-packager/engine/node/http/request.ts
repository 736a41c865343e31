import { URL } from "../url/class.ts";
import { urlToHttpOptions } from "../url/format.ts";
import { ClientRequest, type Defaults, type RequestOptions } from "./client.ts";
import type { IncomingMessage } from "./incoming.ts";

type OnResponse = (response: IncomingMessage) => void;

export interface Request {
  (options: RequestOptions | string | URL, onResponse?: OnResponse): ClientRequest;
  (url: string | URL, options: RequestOptions, onResponse?: OnResponse): ClientRequest;
}

/**
 * Creates the function `request` with a protocol's defaults. If both a URL and options are given,
 * the options take precedence.
 */
export function requestWith(defaults: Defaults): Request {
  return (first: RequestOptions | string | URL, second?: RequestOptions | OnResponse, third?: OnResponse) => {
    const onResponse = typeof second === "function" ? second : third;
    const given = typeof second === "object" ? second : {};
    const url = typeof first === "string" ? new URL(first) : first;
    const base = url instanceof URL ? urlToHttpOptions(url) : (url as RequestOptions);
    return new ClientRequest(Object.assign({}, base, given), defaults, onResponse);
  };
}

export function getWith(request: Request): Request {
  return (first: RequestOptions | string | URL, second?: RequestOptions | OnResponse, third?: OnResponse) => {
    const sent = request(first as string, second as RequestOptions, third);
    sent.end();
    return sent;
  };
}
