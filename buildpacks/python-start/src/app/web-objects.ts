/** The interface between a web server and an app. */
export type Interface = "wsgi" | "asgi";

/** A web framework's app object, identified by the call that creates it. */
export interface WebObject {
  readonly framework: string;
  /** The Python package that defines the object's class: `fastapi`. */
  readonly package: string;
  readonly interface: Interface;
}

type Row = Omit<WebObject, "package">;

const asgi = (framework: string): Row => ({ framework, interface: "asgi" });
const wsgi = (framework: string): Row => ({ framework, interface: "wsgi" });

/** By the full name of what is called. A module that hands on names of another one has lines of its own. */
const known: Readonly<Record<string, Row>> = {
  "fastapi.FastAPI": asgi("FastAPI"),
  "fastapi.applications.FastAPI": asgi("FastAPI"),
  "starlette.applications.Starlette": asgi("Starlette"),
  "quart.Quart": asgi("Quart"),
  "quart.app.Quart": asgi("Quart"),
  "litestar.Litestar": asgi("Litestar"),
  "litestar.app.Litestar": asgi("Litestar"),
  "sanic.Sanic": asgi("Sanic"),
  "blacksheep.Application": asgi("BlackSheep"),
  "blacksheep.server.Application": asgi("BlackSheep"),
  "falcon.asgi.App": asgi("Falcon"),
  "connexion.AsyncApp": asgi("Connexion"),
  "connexion.FlaskApp": asgi("Connexion"),
  "connexion.App": asgi("Connexion"),
  "socketio.ASGIApp": asgi("Socket.IO"),
  "gradio.mount_gradio_app": asgi("Gradio"),
  "gradio.routes.mount_gradio_app": asgi("Gradio"),
  "fasthtml.common.fast_app": asgi("FastHTML"),
  "fasthtml.common.FastHTML": asgi("FastHTML"),
  "fasthtml.fastapp.fast_app": asgi("FastHTML"),
  "fasthtml.core.FastHTML": asgi("FastHTML"),
  "channels.routing.ProtocolTypeRouter": asgi("Django"),
  "django.core.asgi.get_asgi_application": asgi("Django"),
  "asgiref.wsgi.WsgiToAsgi": asgi("asgiref"),
  "a2wsgi.WSGIMiddleware": asgi("a2wsgi"),
  "a2wsgi.ASGIMiddleware": wsgi("a2wsgi"),
  "django.core.wsgi.get_wsgi_application": wsgi("Django"),
  "flask.Flask": wsgi("Flask"),
  "flask.app.Flask": wsgi("Flask"),
  "apiflask.APIFlask": wsgi("APIFlask"),
  "flask_openapi3.OpenAPI": wsgi("Flask"),
  "bottle.Bottle": wsgi("Bottle"),
  "bottle.default_app": wsgi("Bottle"),
  "bottle.app": wsgi("Bottle"),
  "falcon.App": wsgi("Falcon"),
  "falcon.API": wsgi("Falcon"),
  "socketio.WSGIApp": wsgi("Socket.IO"),
};

/**
 * Returns the app object that a call creates, by the fully qualified name of the called class or
 * function; `undefined` if the name is unknown.
 */
export const webObjectOf = (callee: string): WebObject | undefined => rowOf(known, callee);

/** Attributes of objects that are served in place of these: `server = app.server`. */
const attributes: Readonly<Record<string, Row>> = {
  "dash.Dash.server": wsgi("Dash"),
  "dash.dash.Dash.server": wsgi("Dash"),
};

export const webObjectOfAttribute = (name: string): WebObject | undefined => rowOf(attributes, name);

function rowOf(rows: Readonly<Record<string, Row>>, name: string): WebObject | undefined {
  const row = Object.hasOwn(rows, name) ? rows[name] : undefined;
  return row && { ...row, package: name.split(".")[0] ?? name };
}
