/** The web's events and their errors in one place, for the globals. */
export { AbortController, AbortSignal } from "./abort.ts";
export { DOMException } from "./dom-exception.ts";
export { CustomEvent, Event, EventTarget } from "./event.ts";
