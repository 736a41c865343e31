//! `engine:url`: addresses by the rules of the WHATWG.

use super::native_module;
use crate::value::{Out, Text};
use url::{Url, quirks};

native_module!(UrlModule { "parse": parse, "set": set });

fn parse(text: Text, base: Option<Text>) -> Out {
    let base = base.map(|base| Url::parse(&base.0));
    match base {
        Some(Err(_)) => Out::Undefined,
        Some(Ok(base)) => parts(base.join(&text.0)),
        None => parts(Url::parse(&text.0)),
    }
}

fn parts(url: Result<Url, url::ParseError>) -> Out {
    url.map_or(Out::Undefined, |url| {
        let parts = [
            quirks::href(&url),
            quirks::protocol(&url),
            quirks::username(&url),
            quirks::password(&url),
            quirks::host(&url),
            quirks::hostname(&url),
            quirks::port(&url),
            quirks::pathname(&url),
            quirks::search(&url),
            quirks::hash(&url),
            &quirks::origin(&url),
        ];
        Out::Texts(parts.map(str::to_owned).to_vec())
    })
}

/// A setter that does not take the value leaves the address as it was, as `URL` does.
fn set(href: Text, part: Text, value: Text) -> Out {
    let Ok(mut url) = Url::parse(&href.0) else { return Out::Undefined };
    let value = value.0.as_str();
    match part.0.as_str() {
        "href" => return parts(Url::parse(value)),
        "protocol" => drop(quirks::set_protocol(&mut url, value)),
        "username" => drop(quirks::set_username(&mut url, value)),
        "password" => drop(quirks::set_password(&mut url, value)),
        "host" => drop(quirks::set_host(&mut url, value)),
        "hostname" => drop(quirks::set_hostname(&mut url, value)),
        "port" => drop(quirks::set_port(&mut url, value)),
        "pathname" => quirks::set_pathname(&mut url, value),
        "search" => quirks::set_search(&mut url, value),
        "hash" => quirks::set_hash(&mut url, value),
        _ => return Out::Undefined,
    }
    parts(Ok(url))
}
